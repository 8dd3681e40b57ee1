// Where the page gets what it shows: from itself, or from the server it came from. Both answer the same questions.

const SIZE = 24;
const REST_MS = 500; // who looks at a page for so long is not leafing through them

export function opened() {
  const data = JSON.parse(document.getElementById("data").textContent);
  return data === null ? served() : embedded(data);
}

function embedded(data) {
  const rows = new Map(data.rows.map((row) => [row.unit, row]));
  return {
    live: false,
    overview: async () => data.overview,
    facts: async () => data.facts,
    spread: async (column) => data.spreads[column],
    gallery: async (where, page) => {
      const found = ordered(data.rows.filter((row) => means(row, where)), where);
      return { total: found.length, size: SIZE, rows: found.slice(page * SIZE, (page + 1) * SIZE) };
    },
    expect: () => {},
    row: async (unit) => rows.get(unit),
    maps: async () => data.maps.map(({ embedding, method }) => ({ embedding, method })),
    map: async (embedding, method) => data.maps.find((each) => each.embedding === embedding && each.method === method),
    difference: async () => data.difference,
    health: async () => data.health,
    preview: async (media) => data.previews[media.ref],
  };
}

function means(row, where) {
  const of = row.duplicates.some((each) => each.original === where.cluster);
  return (!where.fate || row.fate === where.fate) && (!where.reason || row.reason === where.reason)
    && (!where.split || row.split === where.split) && (!where.cluster || of);
}

function ordered(rows, where) {
  const far = (row) => Math.abs((Array.isArray(row.value) ? row.value[0] : row.value) - (row.at_least ?? row.at_most));
  return where.reason ? [...rows].sort((one, other) => (far(one) || 0) - (far(other) || 0)) : rows;
}

function served() {
  const known = new Map();
  let rest = 0;
  // What is asked for now goes before pictures of what was there before.
  const ask = (what, query, priority = "high") => {
    const address = `api/${what}?${new URLSearchParams(query ?? {})}`;
    if (!known.has(address)) known.set(address, asked(address, priority));
    known.get(address).catch(() => known.delete(address));
    if (known.size > 200) known.delete(known.keys().next().value);
    return known.get(address);
  };
  return {
    live: true,
    overview: () => ask("overview"),
    facts: () => ask("facts"),
    spread: (column) => ask("spread", { column }),
    gallery: (where, page) => {
      clearTimeout(rest);
      return ask("gallery", { ...where, page });
    },
    expect: (where, page) => {
      clearTimeout(rest);
      rest = setTimeout(() => ask("gallery", { ...where, page }, "low").then(fetchPictures, () => {}), REST_MS);
    },
    row: (unit) => ask("row", { unit }),
    maps: () => ask("maps"),
    map: (embedding, method) => ask("map", { embedding, method }),
    versions: () => ask("versions"),
    difference: (other) => ask("difference", other ? { other } : {}),
    health: () => ask("health"),
    trial: (wanted, side, value) => ask("trial", { wanted, side, value }),
    preview: async (media) => (media.kind === "image" ? picture(media.ref) : ask("preview", { ref: media.ref }, "low")),
  };
}

function picture(ref) {
  const path = ref.split("/").map(encodeURIComponent).join("/");
  return { views: { thumb: `preview/thumb/${path}`, whole: `media/${path}` }, peaks: [], seconds: null };
}

// The browser keeps them for when they are shown.
function fetchPictures(found) {
  for (const media of found.rows.flatMap((row) => row.media).filter((each) => each.kind === "image" && !each.before)) {
    const image = new Image();
    image.fetchPriority = "low";
    image.src = picture(media.ref).views.thumb;
  }
}

async function asked(address, priority) {
  const answer = await fetch(address, { priority, headers: { accept: "application/json" } });
  const said = await answer.json().catch(() => ({ error: `the server failed: ${answer.status}` }));
  if (!answer.ok) throw new Error(said.error);
  return said;
}
