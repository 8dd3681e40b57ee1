// Pictures, sounds and films of a row.

import { h, svg } from "./dom.js";
import { clock } from "./words.js";

// `large` shows the picture itself where it can be had, and its small view elsewhere.
export function shownMedia(source, row, media, texts, large = false) {
  const words = `${media.field} of ${row.row_id}${media.before ? ", before it was repaired" : ""}`;
  const place = h("figure", { class: `media ${media.kind}` });
  whenNear(place, async () => {
    const preview = await source.preview(media).catch(() => null);
    const parts = preview ? drawn(preview, media, words, texts, large) : [absent(media, source)];
    place.replaceChildren(...parts, ...(media.before ? [h("figcaption", {}, "before it was repaired")] : []));
  });
  return place;
}

function whenNear(place, draw) {
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    draw();
  }, { rootMargin: "300px" });
  seen.observe(place);
}

function drawn(preview, media, words, texts, large) {
  const { views } = preview;
  if (media.kind === "image") return [picture(views, words, media, large)];
  const player = media.kind === "audio"
    ? h("audio", { controls: true, preload: "none", "aria-label": words, src: views.clip })
    : h("video", { controls: true, preload: "none", playsinline: true, "aria-label": words, src: views.clip,
      poster: views.thumb });
  const parts = [player];
  if (views.spectrogram) parts.unshift(h("img", { class: "spectrogram", src: views.spectrogram, alt: `spectrogram of ${words}` }));
  if (preview.peaks.length) parts.push(waveform(preview, player));
  if (preview.seconds) parts.push(h("p", { class: "faint" }, `${clock(preview.seconds)} in all`));
  if (views.whole) parts.push(h("p", {}, h("a", { href: views.whole }, "the whole file")));
  const cues = texts.flatMap((text) => text.cues ?? []);
  if (media.kind === "video" && cues.length) parts.push(cueList(cues, player));
  return parts;
}

function picture(views, words, media, large) {
  let src = large ? views.whole ?? views.thumb : views.thumb;
  const image = h("img", { src, alt: words, loading: "lazy", onerror: () => {
    if (src === views.thumb) image.replaceWith(absent(media, { live: true }));
    // Browsers show fewer kinds of pictures than can be decoded here.
    else image.src = src = views.thumb;
  } });
  return views.whole ? h("a", { href: views.whole, "aria-label": `${words}, the whole file` }, image) : image;
}

function absent(media, source) {
  const words = source.live ? "no preview: it is not in the store or the source any more, or nothing here can show it"
    : "no preview in this page";
  return h("p", { class: "absent" }, `${media.field} (${media.kind}): ${words}`);
}

function waveform(preview, player) {
  const { peaks } = preview;
  const path = peaks.map(([low, high], x) => `M${x} ${50 - high / 2}V${50 - low / 2 + 0.5}`).join("");
  const cursor = svg("line", { x1: 0, x2: 0, y1: 0, y2: 100, class: "cursor" });
  player.addEventListener("timeupdate", () => {
    const x = player.duration ? (peaks.length * player.currentTime) / player.duration : 0;
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
  });
  return svg("svg", { class: "waveform", viewBox: `0 0 ${peaks.length} 100`, preserveAspectRatio: "none",
    "aria-hidden": "true" }, svg("path", { d: path }), cursor);
}

function cueList(cues, player) {
  const items = cues.map((cue) => h("li", {}, h("button", { type: "button", onclick: () => {
    player.currentTime = cue.start;
    player.play();
  } }, clock(cue.start)), " ", cue.text));
  player.addEventListener("timeupdate", () => items.forEach((item, place) => {
    const now = cues[place].start <= player.currentTime && player.currentTime < cues[place].end;
    item.toggleAttribute("aria-current", now);
  }));
  return h("ol", { class: "cues", "aria-label": "cues" }, items);
}
