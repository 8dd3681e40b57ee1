// Charts by Vega-Lite, in the colours of the page.

import { h } from "./dom.js";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const drawn = new Set();
const ERRORS = 1; // what Vega calls this level of its log

// The charts' own script is as large as all else, so it is read when the first of them is drawn.
function embed() {
  if (!window.vegaEmbed) {
    const script = document.createElement("script");
    script.textContent = document.getElementById("charts").textContent;
    document.head.append(script);
  }
  return window.vegaEmbed;
}

export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

const FEW = 500; // points that may be large
const PALETTE = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#e08214", "#8073ac",
  "#35978f", "#bf812d", "#c51b7d", "#7fbc41", "#4393c3", "#d6604d", "#9970ab", "#5aae61", "#878787", "#dfc27d",
  "#80cdc1", "#f1b6da", "#999999"];

// Draw once it is near to be seen; `made` hears of the view then, and again where light turns to dark.
export function chart(words, spec, made) {
  const place = h("div", { class: "chart", role: "img", "aria-label": words });
  const draw = async () => {
    const result = await embed()(place, themed(spec()), {
      mode: "vega-lite", logLevel: ERRORS, actions: false, ast: true, defaultStyle: false, renderer: "canvas", tooltip: false });
    made?.(result.view, place);
  };
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    drawn.add({ place, draw });
    draw();
  }, { rootMargin: "200px" });
  seen.observe(place);
  return place;
}

dark.addEventListener("change", () => {
  for (const each of drawn) {
    if (each.place.isConnected) each.draw();
    else drawn.delete(each);
  }
});

function themed(spec) {
  const faint = colour("faint");
  const line = colour("line");
  const axis = { labelColor: faint, titleColor: faint, gridColor: line, domainColor: line, tickColor: line,
    labelFont: "system-ui", titleFont: "system-ui", labelFontSize: 11, titleFontSize: 11, titleFontWeight: 400 };
  return { $schema: "https://vega.github.io/schema/vega-lite/v6.json", background: "transparent", width: "container",
    autosize: { type: "fit", contains: "padding" },
    config: { view: { stroke: null }, axis, legend: { labelColor: faint, titleColor: faint } }, ...spec };
}

const FATES = () => ({ scale: { domain: ["kept", "lost"], range: [colour("kept"), colour("lost")] }, legend: null });

export function histogram(bins, thresholds, most = null) {
  const [low, high] = [bins[0].from, bins.at(-1).to];
  const values = bins.flatMap((bin) => [{ from: bin.from, to: bin.to, fate: "kept", low: 0, high: bin.kept },
    { from: bin.from, to: bin.to, fate: "lost", low: bin.kept, high: bin.kept + bin.lost }]).filter((each) => each.high > each.low);
  const x = { type: "quantitative", scale: { domain: [low, high], nice: false, zero: false } };
  const within = thresholds.filter((at) => low <= at && at <= high);
  return { height: 130, data: { values }, params: [{ name: "tried", value: null }], layer: [
    { mark: { type: "rect", stroke: colour("card"), strokeWidth: 0.5 }, encoding: {
      x: { field: "from", ...x, title: null, axis: { grid: false, labelOverlap: "greedy", labelSeparation: 8 } }, x2: { field: "to" },
      y: { field: "low", type: "quantitative", title: "rows", axis: { tickCount: 4, tickMinStep: 1 }, ...(most ? { scale: { domain: [0, most] } } : {}) }, y2: { field: "high" },
      color: { field: "fate", type: "nominal", ...FATES() } } },
    ...(within.length ? [rule(within.map((at) => ({ at })), "bound", [5, 3], x)] : []),
    { ...rule([{}], "accent", [], x), transform: [{ filter: "isValid(tried)" }, { calculate: "tried", as: "at" }] },
  ] };
}

function rule(values, name, dash, x) {
  return { data: { values }, mark: { type: "rule", color: colour(name), strokeWidth: 2, strokeDash: dash, clip: true },
    encoding: { x: { field: "at", ...x } } };
}

export function bars(lines) {
  const values = lines.flatMap((line) => [["kept", 0], ["lost", 1]].map(([fate, order]) => ({
    label: line.label, fate, order, rows: line[fate] })));
  return { height: { step: 17 }, autosize: { type: "fit-x", contains: "padding" }, data: { values }, mark: "bar", encoding: {
    y: { field: "label", type: "nominal", sort: null, title: null, axis: { labelLimit: 130 } },
    x: { field: "rows", type: "quantitative", title: "rows", axis: { tickCount: 4, tickMinStep: 1 } },
    color: { field: "fate", type: "nominal", ...FATES() }, order: { field: "order" } } };
}

export function colours(labels) {
  const own = ["kept", "dropped", "quarantined"];
  return labels.map((label, place) => (labels.every((each) => own.includes(each)) ? colour(label) : PALETTE[place % PALETTE.length]));
}

export function scatter(points, labels) {
  return { height: Math.min(560, Math.max(320, window.innerHeight - 320)), data: { values: points },
    mark: { type: "circle", size: points.length > FEW ? 30 : 70, opacity: points.length > FEW ? 0.65 : 0.85 }, encoding: {
      x: { field: "x", type: "quantitative", axis: null, scale: { zero: false } },
      y: { field: "y", type: "quantitative", axis: null, scale: { zero: false } },
      color: { field: "label", type: "nominal", legend: null, scale: { domain: labels, range: colours(labels) } } } };
}
