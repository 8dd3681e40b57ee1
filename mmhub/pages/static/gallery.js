// The gallery: rows by fate, reason, split and cluster, page by page.

import { choice, h, number, say } from "./dom.js";
import { shownMedia } from "./media.js";
import { verdict, why } from "./words.js";

export async function gallery(source, go, asked) {
  const { page: text, ...where } = asked;
  const page = Math.max(0, Number(text) || 0);
  const [overview, found] = await Promise.all([source.overview(), source.gallery(where, page)]);
  const last = Math.max(0, Math.ceil(found.total / found.size) - 1);
  if (page < last) source.expect(where, page + 1);
  say(`${number(found.total)} rows, page ${page + 1} of ${last + 1}`);
  return [
    h("h2", {}, "Gallery"),
    filters(overview, where, go),
    h("p", { class: "faint" }, counted(source, overview, where, found)),
    h("ul", { class: "gallery" }, found.rows.map((row) => card(source, row))),
    last > 0 && pages(page, last, (number) => go("gallery", { ...where, page: number })),
  ];
}

function counted(source, overview, where, found) {
  const words = `${number(found.total)} ${found.total === 1 ? "row" : "rows"}`;
  if (source.live) return words;
  return `${words} of ${number(overview.counts.rows.read)} read are with this page as examples; mmhub serve shows every one.`;
}

function filters(overview, where, go) {
  const change = (name) => (value) => go("gallery", Object.fromEntries(Object.entries({ ...where, [name]: value }).filter(([, each]) => each)));
  const reasons = overview.funnel.filter((line) => ["dropped", "quarantined"].includes(line.fate) && (!where.fate || line.fate === where.fate));
  const any = ["", "any"];
  return h("form", { class: "filters", onsubmit: (event) => event.preventDefault() },
    choice("fate", [any, ...["kept", "dropped", "quarantined"].map((each) => [each, each])], where.fate ?? "", (value) =>
      go("gallery", Object.fromEntries(Object.entries({ ...where, fate: value, reason: "" }).filter(([, each]) => each)))),
    reasons.length > 0 && choice("reason", [any, ...reasons.map((line) => [line.label, `${line.label} (${number(line.rows)})`])], where.reason ?? "", change("reason")),
    choice("split", [any, ...Object.keys(overview.splits).map((each) => [each, each])], where.split ?? "", change("split")),
    overview.clusters.length > 0 && choice("cluster", [any, ...overview.clusters.map((each) =>
      [each.row_id, `${each.row_id} (${number(each.rows)} by ${each.rule})`])], where.cluster ?? "", change("cluster")));
}

function card(source, row) {
  const media = row.media.filter((each) => !each.before);
  return h("li", { class: "card" },
    ...media.slice(0, 3).map((each) => shownMedia(source, row, each, row.texts)),
    ...row.texts.filter((each) => !each.cues).slice(0, 3).map((each) => h("p", { class: "text", title: each.field }, each.text.slice(0, 300),
      each.more > 0 || each.text.length > 300 ? " …" : "")),
    !media.length && !row.texts.length && h("p", { class: "absent" }, row.message ?? "nothing of it can be shown"),
    h("p", { class: "about" }, h("a", { href: `#row/${row.unit}` }, row.row_id), " ",
      h("span", { class: `fate ${row.fate}` }, verdict(row))),
    row.fate !== "kept" && why(row) && h("p", { class: "why faint" }, why(row)));
}

function pages(page, last, turn) {
  const button = (words, to, off) => h("button", { type: "button", disabled: off, onclick: () => turn(to) }, words);
  return h("nav", { class: "pages", "aria-label": "Pages of the gallery" },
    button("First", 0, page === 0), button("Previous", page - 1, page === 0),
    h("span", {}, `page ${number(page + 1)} of ${number(last + 1)}`),
    button("Next", page + 1, page >= last), button("Last", last, page >= last));
}
