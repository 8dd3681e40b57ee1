// Health: gaps, leaks, languages, licences, outliers, and what no model was fit to judge.

import { breakable, h, number, percent, table } from "./dom.js";
import { brief } from "./words.js";

export async function health(source) {
  const found = await source.health();
  return [
    h("h2", {}, "Health"),
    found.missing.length > 0 && table("Missing", ["field", "missing", "of kept rows", "share"], found.missing.map((each) =>
      [each.field, each.missing, each.rows, meter(each.missing, each.rows)])),
    found.leaks.length > 0 && table("The same value in several splits", ["field", "values", "rows"], found.leaks.map((each) =>
      [each.field, each.values, each.rows])),
    ...found.languages.map((each) => table(`Languages by ${each.column}`, ["language", "values"], each.labels.map((line) =>
      [line.label, line.rows]))),
    table("Licences", ["of", "what", "licence"], found.licences.map((each) => [each.of, each.what,
      each.non_commercial ? h("span", {}, breakable(each.licence), " ", h("strong", {}, "⚠ not for commercial use")) : each.licence])),
    found.outliers.length > 0 && table("Far from the rest: more than six scaled median deviations", ["fact", "rows", "median", "farthest"],
      found.outliers.map((each) => [each.column, each.rows, each.median, h("span", {}, each.examples.map((row) =>
        h("span", { class: "pair" }, h("a", { href: `#row/${row.unit}` }, row.row_id), ` ${brief(row.value)}`)))])),
    found.outliers.length === 0 && h("p", {}, "No kept row is far from the others in any fact."),
    h("section", {}, h("h3", {}, "What the models cannot say"), ...unsure(found.unsure)),
  ];
}

function meter(part, whole) {
  const bar = h("span", { class: "bar lost", "aria-hidden": "true" });
  bar.style.setProperty("--start", 0);
  bar.style.setProperty("--share", whole ? part / whole : 0);
  return h("span", { class: "meter" }, h("span", { class: "track" }, bar), percent(part, whole));
}

function unsure(steps) {
  if (!steps.length) return [h("p", {}, "No step used the small models that come with the plugins.")];
  return [
    h("p", {}, "These steps used the small models that come with the plugins. They know drawings and simple sounds, not the world: "
      + "their vectors and scores try a recipe out, and say nothing reliable of photographs or speech."),
    table("Steps with small models", ["step", "what", "model", "note"], steps.map((each) =>
      [each.step, each.what, each.model ?? "", each.rules_off ? "its rules were switched off" : ""])),
  ];
}
