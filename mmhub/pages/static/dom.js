// Elements of the page. Text is always set as text: captions hold HTML and scripts, and stay what they are.

export function h(name, attributes, ...children) {
  const element = document.createElement(name);
  assign(element, attributes);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function svg(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  assign(element, attributes);
  element.append(...children);
  return element;
}

function assign(element, attributes) {
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
}

export function say(words) {
  document.getElementById("said").textContent = words;
}

export function choice(label, options, chosen, changed) {
  const select = h("select", { onchange: (event) => changed(event.target.value) },
    options.map(([value, words]) => h("option", { value, selected: value === chosen }, words)));
  return h("label", { class: "choice" }, h("span", {}, label), select);
}

// Numbers stand in columns to the right.
export function table(caption, heads, rows) {
  const body = rows.map((cells) => h("tr", {}, cells.map((cell, place) => h(place ? "td" : "th", {
    scope: place ? null : "row", class: isNumber(cell) ? "number" : null }, shown(cell)))));
  return h("div", { class: "wide", tabindex: 0, role: "region", "aria-label": caption }, h("table", {}, h("caption", {}, caption),
    h("thead", {}, h("tr", {}, heads.map((head, place) => h("th", { scope: "col",
      class: rows.length && isNumber(rows[0][place]) ? "number" : null }, head)))), h("tbody", {}, body)));
}

function isNumber(cell) {
  return typeof cell === "number" || (cell instanceof Element && cell.classList.contains("signed"));
}

export function signed(value) {
  return h("span", { class: "signed" }, value > 0 ? `+${number(value)}` : number(value));
}

function shown(cell) {
  if (typeof cell === "number") return number(cell);
  return typeof cell === "string" ? breakable(cell) : cell ?? "";
}

// Long names and addresses go on in the next line after a mark, and amid a word only where that is a hash.
export function breakable(text) {
  return text.split(/(?<=[/_@:]|\w-)|(?<=\.)(?!\d)|(?<=[\da-f]{8})/).flatMap((part, place) => (place ? [h("wbr"), part] : [part]));
}

export function copier(words, text) {
  const button = h("button", { type: "button", onclick: async () => {
    await copied(text());
    say("copied");
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = words; }, 1200);
  } }, words);
  return button;
}

async function copied(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const field = h("textarea", { class: "spoken", value: text });
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

export function saved(name, text) {
  const link = h("a", { download: name, href: `data:text/plain;charset=utf-8,${encodeURIComponent(text)}` });
  link.click();
}

export function number(value) {
  if (typeof value !== "number") return String(value);
  if (Number.isInteger(value)) return value.toLocaleString("en");
  const size = Math.abs(value);
  return size >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(size >= 100 ? 4 : 3)));
}

export function percent(part, whole) {
  return whole ? `${((100 * part) / whole).toFixed(1)} %` : "";
}
