// One row with all that is known of it, in a dialog.

import { h, number, table } from "./dom.js";
import { shownMedia } from "./media.js";
import { brief, clock, verdict, why } from "./words.js";

const SHORT = 24; // characters of values that stand in one line

export async function showRow(source, unit, go) {
  const dialog = document.getElementById("row");
  const row = await source.row(unit).catch(() => null);
  const close = h("button", { type: "button", class: "close", onclick: () => dialog.close() }, "Close");
  const parts = row ? content(source, row, go) : [h("h2", { id: "row-title" }, `row ${unit}`),
    h("p", {}, "This row is not among those the page carries with it: mmhub serve shows every one.")];
  dialog.replaceChildren(close, ...parts.filter(Boolean));
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}

function content(source, row, go) {
  return [
    h("h2", { id: "row-title" }, row.row_id),
    h("p", {}, h("span", { class: `fate ${row.fate}` }, verdict(row)), row.split && ` in ${row.split}`,
      row.decided_by && `, decided by ${row.decided_by}`),
    why(row) && h("p", {}, why(row)),
    row.repaired.length > 0 && h("p", {}, `Repaired by ${row.repaired.join(", ")}.`),
    h("div", { class: "values" }, row.media.map((media) => shownMedia(source, row, media, row.texts, true))),
    ...[...new Set(row.texts.map((each) => each.field))].map((field) => text(field, row.texts.filter((each) => each.field === field))),
    timeline(row),
    facts(row),
    ...row.duplicates.map((each) => list(`Alike by ${each.rule}`, each.rows, go, (other) => `${other.fate} in ${other.split}`)),
    ...(row.neighbours ?? []).map((each) => list(`Nearest by ${each.embedding}`, each.rows, go, (other) => number(other.cosine))),
    hashes(row),
  ];
}

function text(field, several) {
  if (several.length > 1 && several.every((each) => each.text.length <= SHORT)) {
    return h("section", {}, h("h3", {}, field), h("p", { class: "text" }, several.map((each) => each.text).join(", ")));
  }
  return h("section", {}, h("h3", {}, field), several.flatMap((said) => {
    const written = h("p", { class: "text" }, said.text);
    return [said.cues ? h("details", {}, h("summary", {}, "as it is written"), written) : written,
      said.more > 0 && h("p", { class: "faint" }, `and ${number(said.more)} characters more`)];
  }));
}

function timeline(row) {
  const lanes = [...row.texts.filter((each) => each.cues).map((each) => ({ name: each.field, spans: each.cues })), ...row.spans];
  const siblings = row.siblings.length > 0 && h("section", {}, h("h3", {}, "Segments of the same row"),
    h("ol", { class: "rows" }, row.siblings.map((each) => h("li", {}, h("a", { href: `#row/${each.unit}` }, each.row_id),
      ` ${verdict(each)}`))));
  if (!lanes.length) return siblings;
  const end = Math.max(...lanes.flatMap((lane) => lane.spans.map((span) => span.end)), 0.001);
  return h("section", {}, h("h3", {}, "Over time"), lanes.map((lane) => h("div", { class: "lane" },
    h("span", { class: "faint" }, lane.name), h("ol", { class: "spans" }, lane.spans.map((span) => mark(span, end))))),
  h("p", { class: "faint scale" }, h("span", {}, "0:00"), h("span", {}, clock(end))), siblings);
}

function mark(span, end) {
  const words = `${clock(span.start)} to ${clock(span.end)} ${span.text ?? ""}`;
  const item = h("li", { title: words, tabindex: 0 }, h("span", { class: "spoken" }, words));
  item.style.setProperty("--start", span.start / end);
  item.style.setProperty("--share", Math.max(0.004, (span.end - span.start) / end));
  return item;
}

function facts(row) {
  const lines = row.facts.filter((fact) => isKnown(fact.value) || fact.rules.some((rule) => rule.passed === false));
  if (!lines.length) return null;
  return table("Facts", ["fact", "value", "rule", "verdict"], lines.flatMap((fact) => (fact.rules.length ? fact.rules : [null])
    .map((rule, place) => [place ? h("span", { class: "spoken" }, fact.column) : fact.column, place ? "" : brief(fact.value), rule ? `${rule.reason}: ${rule.says}` : "",
      rule ? mark_of(rule) : ""])));
}

function isKnown(value) {
  return Array.isArray(value) ? value.some(isKnown) : value !== null;
}

function mark_of(rule) {
  const words = rule.passed === null ? "not asked" : rule.passed ? "passed" : "failed";
  return h("span", { class: words.replace(" ", "-") }, words);
}

function list(words, rows, go, about) {
  return rows.length > 0 && h("section", {}, h("h3", {}, words), h("ul", { class: "rows" }, rows.map((other) =>
    h("li", {}, h("a", { href: `#row/${other.unit}` }, other.row_id), " ", h("span", { class: "faint" }, about(other))))));
}

function hashes(row) {
  const lines = Object.entries(row.sha256).filter(([, each]) => each.read);
  return lines.length > 0 && h("details", {}, h("summary", {}, "sha256 of what was read, and of what is kept where a repair changed it"),
    h("dl", {}, lines.flatMap(([name, each]) => [h("dt", {}, name), h("dd", {}, h("code", {}, brief(each.read))),
      each.kept && brief(each.kept) !== brief(each.read) && h("dd", {}, "kept as ", h("code", {}, brief(each.kept)))])));
}
