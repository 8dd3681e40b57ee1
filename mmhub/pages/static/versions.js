// Versions: two side by side, by reason, by fact and by row.

import { chart, histogram } from "./charts.js";
import { choice, h, number, signed, table } from "./dom.js";
import { brief } from "./words.js";

export async function versions(source, go, asked) {
  const overview = await source.overview();
  const others = source.live ? await source.versions() : [];
  const head = h("h2", {}, "Versions");
  const found = await source.difference(asked.other).catch(() => null);
  if (!found) return [head, h("p", {}, "There is no other version to compare with.")];
  const before = found.before.split("@")[1];
  return [
    head,
    source.live && h("div", { class: "filters" }, choice("compare with", others.map((each) => [each, each]), before, (other) => go("versions", { other }))),
    h("p", {}, h("strong", {}, found.before), " → ", h("strong", {}, found.after),
      `: ${number(found.rows.before)} rows → ${number(found.rows.after)}; ${number(found.rows.removed)} removed, ${number(found.rows.added)} added, ${number(found.rows.changed)} changed.`),
    found.reasons.length > 0 && table("By reason", ["reason", "fate", before, overview.version, "more or fewer"], found.reasons.map((each) =>
      [each.reason, each.fate, each.before, each.after, signed(each.after - each.before)])),
    ...causes("Removed", found.removed),
    ...causes("Added", found.added),
    found.facts.length > 0 && table("Facts of kept rows that have moved", ["fact", "median before", "median now", "stability index"],
      found.facts.map((each) => [each.fact, each.median_before, each.median_after, each.psi])),
    found.spreads.length > 0 && h("p", { class: "legend faint" }, h("span", { class: "kept" }, before), h("span", { class: "lost" }, overview.version)),
    h("div", { class: "facts pairs" }, found.spreads.filter((each) => each.bins.length).map((each) => spread(each, before, overview.version))),
    ...["schema", "recipe"].filter((name) => found[name].length).map((name) => table(`What differs in the ${name}`, ["where", "what", "was", "is"],
      found[name].map((each) => [each.where, each.what, brief(each.before), brief(each.after)]))),
  ];
}

function causes(words, several) {
  if (!several.length) return [];
  return [table(words, ["why", "rows", "such as"], several.map((each) => [`${each.cause}: ${each.says}`, each.rows,
    each.examples.map((example) => example.row_id).join(", ")]))];
}

function spread(found, before, after) {
  const most = Math.max(...found.bins.flatMap((bin) => [bin.before, bin.after]));
  const sides = [["before", before], ["after", after]].map(([side, name]) => h("div", {}, h("p", { class: "faint" }, name),
    chart(`${found.column} in ${name}`, () => histogram(found.bins.map((bin) => ({ from: bin.from, to: bin.to,
      kept: side === "before" ? bin.before : 0, lost: side === "after" ? bin.after : 0 })), [], most))));
  return h("article", { class: "fact" }, h("h3", {}, found.column), h("div", { class: "sides" }, sides));
}
