// Facts: how each is spread over rows that are kept and rows that are not, and what another threshold would do.

import { bars, chart, histogram } from "./charts.js";
import { choice, copier, h, number, percent, say } from "./dom.js";

export async function facts(source) {
  const [found, overview] = await Promise.all([source.facts(), source.overview()]);
  const intro = source.live
    ? "Move a slider to see what another threshold would keep: facts are known, and nothing is decoded."
    : "Served by mmhub serve, each has a slider that shows what another threshold would keep.";
  return [
    h("h2", {}, "Facts"),
    h("p", { class: "faint" }, found.length ? intro : "No fact was measured."),
    h("p", { class: "legend faint" }, h("span", { class: "kept" }, "kept"), h("span", { class: "lost" }, "not kept"),
      h("span", { class: "bound" }, "threshold")),
    h("div", { class: "facts" }, found.map((fact) => card(source, fact, overview))),
  ];
}

function card(source, fact, overview) {
  const place = h("article", { class: "fact" }, h("h3", {}, h("span", { class: "faint" }, `${fact.step} `), fact.fact));
  for (const rule of fact.rules) {
    const took = rule.took ? `, took ${number(rule.took)}` : "";
    place.append(h("p", { class: "rule" }, h("code", {}, rule.reason), ` unless ${rule.says}${took}`));
  }
  const drawing = h("div", { class: "drawing" });
  place.append(drawing);
  const seen = new IntersectionObserver(async (entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    fill(drawing, source, fact, await source.spread(fact.column), overview);
  }, { rootMargin: "400px" });
  seen.observe(drawing);
  return place;
}

function fill(drawing, source, fact, spread, overview) {
  const words = `${fact.column} of ${number(spread.known)} values, kept and not kept`;
  if (!spread.known) {
    drawing.replaceChildren(h("p", { class: "faint" }, "known of no row"));
    return;
  }
  if (spread.labels) {
    drawing.replaceChildren(chart(words, () => bars(spread.labels)), counted(spread.labels, (line) => line.label));
    return;
  }
  const bounds = fact.rules.flatMap((rule) => [rule.at_least, rule.at_most]).filter((each) => each !== null);
  const tried = { view: null };
  const drawn = chart(words, () => histogram(spread.bins, bounds), (view) => { tried.view = view; });
  const slider = source.live ? trial(source, fact, spread, overview, tried) : null;
  drawing.replaceChildren(...[drawn, slider, counted(spread.bins, (bin) => `${number(bin.from)} to ${number(bin.to)}`)].filter(Boolean));
}

function counted(lines, label) {
  const rows = lines.filter((line) => line.kept + line.lost);
  return h("details", {}, h("summary", {}, "as numbers"), h("table", {}, h("thead", {}, h("tr", {},
    ["value", "kept", "not kept"].map((head) => h("th", { scope: "col" }, head)))), h("tbody", {}, rows.map((line) =>
    h("tr", {}, h("th", { scope: "row" }, label(line)), h("td", { class: "number" }, number(line.kept)),
      h("td", { class: "number" }, number(line.lost)))))));
}

function trial(source, fact, spread, overview, tried) {
  const sides = fact.rules.filter((rule) => rule.relative === null).flatMap((rule) => ["at_least", "at_most"]
    .filter((side) => rule[side] !== null).map((side) => ({ side, bound: rule[side], reason: rule.reason })));
  if (fact.rules.length && !sides.length) return null;
  if (!sides.length) sides.push({ side: "at_least", bound: null, reason: "" }, { side: "at_most", bound: null, reason: "" });
  let now = sides[0];
  const [low, high] = [spread.bins[0].from, spread.bins.at(-1).to];
  const words = (each) => `${each.reason ? `${each.reason}: ` : ""}${each.side.replace("_", " ")}`;
  const answer = h("div", { class: "answer", "aria-live": "polite" });
  const slider = h("input", { type: "range", min: low, max: high, step: (high - low) / 400, value: now.bound ?? low,
    "aria-label": `another threshold of ${fact.column}`,
    oninput: () => moved(Number(slider.value)), onchange: () => ask(Number(exact.value)) });
  const exact = h("input", { type: "number", step: "any", value: now.bound ?? low, "aria-label": `threshold of ${fact.column}, exactly`,
    onchange: () => { slider.value = exact.value; moved(Number(exact.value)); ask(Number(exact.value)); } });
  const moved = (value) => {
    exact.value = Number(value.toPrecision(4));
    tried.view?.signal("tried", value).run();
  };
  const ask = async (value) => {
    answer.replaceChildren(h("p", { class: "faint" }, "deciding …"));
    const found = await source.trial(`${fact.called}.${now.reason || fact.fact}`, now.side, value)
      .catch((error) => ({ error: error.message }));
    answer.replaceChildren(...told(found, overview, now, fact));
  };
  const chooser = sides.length > 1 && choice("threshold", sides.map((each, place) => [String(place), words(each)]), "0", (place) => {
    now = sides[Number(place)];
    slider.value = exact.value = now.bound ?? low;
    moved(Number(slider.value));
  });
  return h("div", { class: "trial" }, chooser || h("p", { class: "faint" }, words(now)), slider, exact, answer);
}

function told(found, overview, now, fact) {
  if (found.error) return [h("p", { class: "absent" }, found.error)];
  const about = found.exact ? "" : "about ";
  const read = overview.counts.rows.read;
  const line = `${about}${number(found.kept)} kept (${percent(found.kept, read)}), ${number(found.more)} more and ${number(found.fewer)} fewer`;
  say(`${fact.column} ${now.side.replace("_", " ")}: ${line}`);
  const flags = found.set.map((each) => `--set ${/^[\w@%+=:,./-]+$/.test(each) ? each : `'${each}'`}`).join(" ");
  return [
    h("p", {}, h("strong", {}, line)),
    found.unmeasured > 0 && h("p", { class: "faint" }, `${number(found.unmeasured)} rows would be measured first, and may be dropped then`),
    found.note && h("p", { class: "faint" }, found.note),
    h("p", {}, h("code", { class: "set" }, flags), " ", copier("Copy", () => flags)),
  ].filter(Boolean);
}
