// The map: embeddings in two dimensions, with a lasso that makes a list of ids.

import { chart, colours, scatter } from "./charts.js";
import { choice, copier, h, number, percent, saved, say, svg } from "./dom.js";

const NEAR = 8;

export async function map(source, go, asked) {
  const maps = await source.maps();
  if (!maps.length) return [h("h2", {}, "Map"), h("p", {}, "This version has no embeddings.")];
  const chosen = maps.find((each) => each.embedding === asked.embedding && each.method === asked.method) ?? maps[0];
  const found = await source.map(chosen.embedding, chosen.method);
  const colours = Object.keys(found.colours);
  const colour = colours.includes(asked.colour) ? asked.colour : colours[0] ?? "";
  const change = (name) => (value) => go("map", { ...chosen, colour, [name]: value });
  const embeddings = [...new Set(maps.map((each) => each.embedding))];
  const ways = maps.filter((each) => each.embedding === chosen.embedding);
  return [
    h("h2", {}, "Map"),
    h("div", { class: "filters" },
      choice("embedding", embeddings.map((each) => [each, each]), chosen.embedding, change("embedding")),
      ways.length > 1 && choice("by", ways.map((each) => [each.method, each.method.toUpperCase()]), chosen.method, change("method")),
      colours.length > 0 && choice("colour", colours.map((each) => [each, each]), colour, change("colour"))),
    h("p", { class: "faint" }, described(found)),
    ...drawn(found, found.colours[colour] ?? { labels: [], codes: [] }, go),
  ];
}

function described(found) {
  const points = found.units.length;
  const some = points + found.without < found.of ? `of ${number(points + found.without)} rows at equal distances among ${number(found.of)}: ` : "";
  const lost = points - found.kept ? ` and ${number(points - found.kept)} that are not` : "";
  const share = found.share === null ? "" : ` The two axes hold ${percent(found.share, 1)} of the variance.`;
  const without = found.without ? ` ${number(found.without)} have no vector here: they lack the value, or were dropped before it was encoded.` : "";
  return `${number(found.kept)} kept rows${lost}, ${some}by ${found.about.model ?? "vectors"}.${without}${share} Draw around points to list them; a click opens the nearest.`;
}

function drawn(found, coloured, go) {
  const points = found.units.map((unit, place) => ({ x: found.x[place], y: found.y[place],
    label: coloured.labels[coloured.codes[place]] ?? "" }));
  const picked = h("div", { class: "picked" });
  const pick = (places) => list(picked, found, places);
  const overlay = svg("svg", { class: "lasso", "aria-hidden": "true" });
  const place = h("div", { class: "map" }, chart(`map of ${number(points.length)} rows by ${found.embedding}`, () => scatter(points, coloured.labels),
    (view) => lasso(overlay, view, found, pick, go)), overlay);
  const legend = h("ul", { class: "labels", "aria-label": "labels: each lists its rows" }, coloured.labels.map((label, code) => {
    const button = h("button", { type: "button", onclick: () => pick(found.units.map((_, at) => at).filter((at) => coloured.codes[at] === code)) },
      h("span", { class: "dot" }), label);
    button.firstChild.style.background = colours(coloured.labels)[code];
    return h("li", {}, button);
  }));
  return [legend, place, picked];
}

function list(place, found, places) {
  const ids = places.map((each) => found.ids[each]);
  say(`${number(ids.length)} rows are listed`);
  const text = () => `${ids.join("\n")}\n`;
  place.replaceChildren(h("h3", {}, `${number(ids.length)} rows`),
    h("p", {}, copier("Copy the ids", text), " ", h("button", { type: "button", onclick: () => saved("ids.txt", text()) }, "Save as ids.txt")),
    h("ol", { class: "rows" }, places.slice(0, 60).map((each) => h("li", {}, h("a", { href: `#row/${found.units[each]}` }, found.ids[each])))),
    ids.length > 60 ? h("p", { class: "faint" }, `and ${number(ids.length - 60)} more`) : "");
}

function lasso(overlay, view, found, pick, go) {
  const [left, top] = view.origin();
  const [x, y] = [view.scale("x"), view.scale("y")];
  const at = found.units.map((_, place) => [left + x(found.x[place]), top + y(found.y[place])]);
  let path = [];
  overlay.replaceChildren();
  const line = svg("path", {});
  overlay.append(line);
  const here = (event) => {
    const box = overlay.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  overlay.onpointerdown = (event) => {
    overlay.setPointerCapture(event.pointerId);
    path = [here(event)];
  };
  overlay.onpointermove = (event) => {
    if (!path.length || !event.buttons) return;
    path.push(here(event));
    line.setAttribute("d", `M${path.map((point) => point.join(" ")).join("L")}Z`);
  };
  overlay.onpointerup = (event) => {
    const end = here(event);
    const drawnPath = path;
    path = [];
    if (drawnPath.length > 4) pick(at.map((_, place) => place).filter((place) => within(at[place], drawnPath)));
    else open(at, end, found, go);
  };
}

function open(at, [x, y], found, go) {
  const far = at.map(([left, top]) => Math.hypot(left - x, top - y));
  const nearest = far.indexOf(Math.min(...far));
  if (far[nearest] <= NEAR) go(`row/${found.units[nearest]}`);
}

// Whether a point is within a polygon, by how often a ray from it crosses the sides.
function within([x, y], polygon) {
  let inside = false;
  for (let one = 0, other = polygon.length - 1; one < polygon.length; other = one++) {
    const [[x1, y1], [x2, y2]] = [polygon[one], polygon[other]];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}
