// The funnel: read, each reason, kept. A reason leads to the rows that it took.

import { h, number, percent } from "./dom.js";

export async function funnel(source, go) {
  const overview = await source.overview();
  const read = overview.counts.rows.read;
  let left = read;
  const steps = overview.funnel.map((line) => {
    const lost = line.fate === "dropped" || line.fate === "quarantined";
    const start = lost ? left - line.rows : 0;
    if (lost) left -= line.rows;
    return step(line, start, read, go);
  });
  const repaired = Object.entries(overview.counts.repaired ?? {});
  return [
    h("h2", {}, "What was read, and what is kept"),
    read === 0 && h("p", {}, "The source held no rows."),
    h("ol", { class: "funnel" }, steps),
    h("p", { class: "legend faint" }, ["kept", "dropped", "quarantined"].map((fate) => h("span", { class: fate }, fate))),
    repaired.length > 0 && h("p", {}, `Repaired: ${repaired.map(([name, rows]) => `${number(rows)} by ${name}`).join(", ")}.`),
    overview.counts.rows.segmented > 0 && h("p", {}, `${number(overview.counts.rows.segmented)} rows were cut into these.`),
  ];
}

function step(line, start, read, go) {
  const where = line.fate === "read" ? {} : line.fate === "kept" ? { fate: "kept" } : { fate: line.fate, reason: line.label };
  const bar = h("span", { class: `bar ${line.fate}`, "aria-hidden": "true" });
  bar.style.setProperty("--start", read ? start / read : 0);
  bar.style.setProperty("--share", read ? line.rows / read : 0);
  const rule = line.by.map(ruled).join("; ");
  return h("li", {}, h("button", { type: "button", disabled: line.rows === 0, onclick: () => go("gallery", where) },
    h("span", { class: "name" }, line.label), h("span", { class: "track" }, bar),
    h("span", { class: "amount" }, `${number(line.rows)} `, h("span", { class: "faint" }, percent(line.rows, read))),
    rule && h("span", { class: "rule faint" }, rule)));
}

function ruled(by) {
  const bounds = [];
  if (by.at_least !== undefined) bounds.push(`at least ${number(by.at_least)}`);
  if (by.at_most !== undefined) bounds.push(`at most ${number(by.at_most)}`);
  const about = [by.step, by.field && `of ${by.field}`].filter(Boolean).join(" ");
  return by.fact && bounds.length ? `${about}: ${by.fact} ${bounds.join(" and ")}` : about;
}
