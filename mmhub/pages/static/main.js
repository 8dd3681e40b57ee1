// The page: its head, its parts, and which of them is shown, as the address says.

import { h, number, percent, say } from "./dom.js";
import { facts } from "./facts.js";
import { funnel } from "./funnel.js";
import { gallery } from "./gallery.js";
import { health } from "./health.js";
import { map } from "./map.js";
import { showRow } from "./row.js";
import { opened } from "./source.js";
import { versions } from "./versions.js";

const PARTS = { funnel: ["Funnel", funnel], facts: ["Facts", facts], gallery: ["Gallery", gallery], map: ["Map", map],
  versions: ["Versions", versions], health: ["Health", health] };
const source = opened();
let shown = "";
let row = "";

function go(part, query) {
  const said = new URLSearchParams(query ?? {}).toString();
  location.hash = said ? `${part}?${said}` : part;
}

async function route() {
  const [name, query] = location.hash.slice(1).split("?");
  const asked = /^row\/(\d+)$/.exec(name);
  row = asked ? location.hash : "";
  if (asked) await showRow(source, Number(asked[1]), go);
  else document.getElementById("row").close();
  if (asked && shown) return;
  const part = name in PARTS ? name : "funnel";
  if (shown === `${part}?${query ?? ""}`) return;
  shown = `${part}?${query ?? ""}`;
  await show(part, Object.fromEntries(new URLSearchParams(query ?? "")));
}

async function show(part, asked) {
  for (const link of document.querySelectorAll("#parts a")) {
    if (link.hash === `#${part}`) {
      link.setAttribute("aria-current", "page");
      // Not by `scrollIntoView`: the next Tab would go on from there.
      link.closest("ul").scrollLeft = link.offsetLeft - link.closest("ul").clientWidth / 2;
    } else link.removeAttribute("aria-current");
  }
  const main = document.getElementById("main");
  main.setAttribute("aria-busy", "true");
  const mine = shown;
  const parts = await PARTS[part][1](source, go, asked).catch((error) => [h("p", { class: "absent" }, `This cannot be shown: ${error.message}`)]);
  // Another part was asked for while this one was made.
  if (mine !== shown) return;
  main.replaceChildren(...parts.filter(Boolean));
  main.removeAttribute("aria-busy");
}

async function begin() {
  const overview = await source.overview();
  const rows = overview.counts.rows;
  const about = [overview.about.licence, `${number(rows.kept)} of ${number(rows.read)} ${rows.read === 1 ? "row" : "rows"} kept${rows.read ? ` (${percent(rows.kept, rows.read)})` : ""}`,
    ...Object.entries(overview.splits).map(([split, count]) => `${split} ${number(count)}`)];
  document.getElementById("head").replaceChildren(
    h("h1", {}, overview.name, h("span", { class: "faint" }, ` ${overview.version}`)),
    overview.about.summary ? h("p", {}, overview.about.summary) : "",
    h("p", { class: "faint" }, about.filter(Boolean).join(" · ")));
  document.getElementById("parts").replaceChildren(h("ul", {}, Object.entries(PARTS).map(([part, [words]]) =>
    h("li", {}, h("a", { href: `#${part}` }, words)))));
  const dialog = document.getElementById("row");
  dialog.addEventListener("close", () => {
    // Unless another row was asked for meanwhile.
    if (row && location.hash === row) location.hash = shown.replace(/\?$/, "");
  });
  // The cookie holds the token from now on: the address may be shown and kept.
  if (location.search) history.replaceState(null, "", location.pathname + location.hash);
  window.addEventListener("hashchange", route);
  await route();
  document.documentElement.dataset.ready = "yes";
}

begin().catch((error) => {
  say(error.message);
  document.getElementById("main").replaceChildren(h("p", { class: "absent" }, `This page cannot be shown: ${error.message}`));
});
