#!/usr/bin/env python
"""How large the page of a version is, how soon it can be used, and how long the served one takes for a million rows.

    uv run benchmarks/pages.py [--alone 10000] [--served 1000000] [--seed 0] [--json]

Versions are generated as builds write them: small photographs with captions, a dozen facts, a vector of 64 numbers for
each row, and one row in ten dropped. Times in a browser are taken in headless Chromium with Playwright, where both are
installed (`pip install playwright`, and `chromium` on the PATH); without them, those lines are left out.
"""

import argparse
import io
import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from PIL import Image
from rich.console import Console
from rich.table import Table

from memory import anonymous
from mmhub.blocks import KEY, as_keys, write_table
from mmhub.media import MEDIA
from mmhub.pages.opened import Opened
from mmhub.pages.standalone import write_page
from mmhub.store import Store
from mmhub.version import commit, find

_FILE = 65_536
_PICTURES, _FACTS, _DIM = 2_000, 12, 64
_TURNED = """async (button) => {
  const first = () => document.querySelector(".card .about a").textContent;
  const [before, begun] = [first(), performance.now()];
  [...document.querySelectorAll(".pages button")].find((each) => each.textContent === button).click();
  while (first() === before) await new Promise(requestAnimationFrame);
  return performance.now() - begun;
}"""
"""Turns to another page of the gallery, and says how many milliseconds it took until that was drawn."""
_TURNS, _LOOK_SECONDS = 8, 1.0
_WORDS = "a the red green small large old man dog cat street beach rides holds under near two bicycle train".split()


def make_version(store: Store, rows: int, *, seed: int) -> None:
    """Write a version ``bench`` of so many rows, of which nine in ten are kept."""
    rng = np.random.default_rng(seed)
    keys, block = _pictures(store, rng)
    kept = rng.random(rows) > 0.1
    ledger = _ledger(rng, keys, kept)
    files = [write_table(store.objects, ledger.slice(at, _FILE)) for at in range(0, rows, _FILE)]
    columns = _columns(rng, ledger, keys, kept)
    parts = [write_table(store.objects, columns.slice(at, _FILE)) for at in range(0, len(columns), _FILE)]
    commit(store, "bench", _manifest(rows, kept, files, parts, block))


def _pictures(store: Store, rng: np.random.Generator) -> tuple[np.ndarray, str]:
    """Write pictures as a block of media, and return their keys, uint8[n, 32], and its name."""
    keys = rng.integers(0, 256, (_PICTURES, 32), dtype=np.uint8)
    media = []
    for n in range(_PICTURES):
        coarse = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
        sink = io.BytesIO()
        Image.fromarray(coarse).resize((320, 240), Image.Resampling.BICUBIC).save(sink, "JPEG", quality=85)
        media.append({"bytes": sink.getvalue(), "path": f"{n}.jpg"})
    table = pa.table({"key": as_keys(keys), "media": pa.array(media, MEDIA)})
    return keys, write_table(store.media, table)


def _ledger(rng: np.random.Generator, keys: np.ndarray, kept: np.ndarray) -> pa.Table:
    rows = len(kept)
    hexes = pa.array([key.tobytes().hex() for key in keys])
    numbers = {f"image/fact{n}.value": rng.normal(100, 20, rows).astype(np.float32) for n in range(_FACTS)}
    words = {
        "fate": pa.array(np.where(kept, "kept", "dropped")),
        "reason": pa.array(np.where(kept, "", "low-value")),
        "step": pa.array(np.where(kept, "", "image/fact0")),
        "field": pa.array(np.where(kept, "", "image")),
        "fact": pa.array(np.where(kept, "", "value")),
    }
    return pa.table(
        {
            "row_id": pa.array([f"row-{n:08d}" for n in range(rows)]),
            "split": pa.array(np.where(rng.random(rows) < 0.9, "train", "test")),
            **words,
            "at_least": pa.array(np.where(kept, np.nan, 75.0), mask=kept),
            "at_most": pa.nulls(rows, pa.float64()),
            "message": pa.nulls(rows, pa.string()),
            "repaired": pa.array([[]] * rows, pa.list_(pa.string())),
            "cluster:image/hash.near-duplicate": pa.nulls(rows, pa.string()),
            "image.sha256": hexes.take(pa.array(np.arange(rows) % _PICTURES)),
            "caption.sha256": hexes.take(pa.array(np.arange(rows) % _PICTURES)),
            **{name: pa.array(values) for name, values in numbers.items()},
            "text/language.language": pa.array(rng.choice(["en", "de", "fr"], rows)),
        }
    )


def _columns(rng: np.random.Generator, ledger: pa.Table, keys: np.ndarray, kept: np.ndarray) -> pa.Table:
    units = np.flatnonzero(kept)
    captions = [" ".join(rng.choice(_WORDS, 9)) for _ in range(5_000)]
    vectors = rng.standard_normal((len(units), _DIM), dtype=np.float32)
    return pa.table(
        {
            "row_id": ledger["row_id"].take(pa.array(units)),
            "image": pa.array(as_keys(keys).take(pa.array(units % _PICTURES)), KEY),
            "caption": pa.array(captions).take(pa.array(rng.integers(0, len(captions), len(units)))),
            "image_clip": pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), _DIM),
        }
    )


def _manifest(rows: int, kept: np.ndarray, ledger: list[str], columns: list[str], block: str) -> dict[str, Any]:
    plain = {"of": "", "many": False, "required": False, "most_absent": 1.0}
    stays = int(kept.sum())
    return {
        "identity": "0" * 64,
        "schema": {"image": {"_type": "Image"}, "caption": {"dtype": "string", "_type": "Value"}},
        "rows": "0" * 64,
        "about": {"summary": "Generated to take times.", "licence": "", "homepage": ""},
        "source": {"use": "generated", "version": 1, "options": {}, "rows": rows, "sha256": ""},
        "recipe": {
            "name": "bench",
            "source": {"use": "generated", "version": 1, "options": {}},
            "fields": {"image": {"modality": "image", **plain}, "caption": {"modality": "text", **plain}},
            "segment": None,
            "steps": [_step(f"image/fact{n}", ruled=n == 0) for n in range(_FACTS)]
            + [_step("text/language", ruled=False)],
        },
        "counts": {
            "rows": {
                "read": rows,
                "kept": stays,
                "dropped": rows - stays,
                "quarantined": 0,
                "repaired": 0,
                "segmented": 0,
            },
            "dropped": {"low-value": rows - stays},
            "quarantined": {},
            "repaired": {},
        },
        "splits": {"train": {"rows": stays, "columns": columns}},
        "media": [block],
        "ledger": ledger,
        "libraries": {},
        "measured": {},
    }


def _step(name: str, *, ruled: bool) -> dict[str, Any]:
    rule = {"kind": "Rule", "fact": "value", "reason": "low-value", "at_least": 75.0, "at_most": None, "one_of": None}
    rules = [{**rule, "relative": None, "over": "all", "on": True}] if ruled else []
    about = {"kind": "measure", "operator": name, "version": 1, "fields": ["image"], "options": {}}
    return {"name": name, **about, "rules": rules, "weights": None, "of": None}


def alone(folder: Path, rows: int, *, seed: int) -> Iterator[tuple[str, float, str]]:
    """Yield what there is to say of a page that stands alone: what, how much, and the unit."""
    store = Store.at(folder / f"alone-{rows}").made()
    make_version(store, rows, seed=seed)
    begun = time.perf_counter()
    path = folder / "page.html"
    size = write_page(Opened(find(store, "bench"), store), path)
    yield f"page of {rows:,} rows: written in", time.perf_counter() - begun, "s"
    yield f"page of {rows:,} rows: size", size / 1e6, "MB"
    with _browser() as shown:
        if shown:
            yield f"page of {rows:,} rows: usable after", shown(path.as_uri())[0], "s"


def served(folder: Path, rows: int, *, seed: int) -> Iterator[tuple[str, float, str]]:
    """Yield what there is to say of a served page."""
    store = Store.at(folder / f"served-{rows}").made()
    make_version(store, rows, seed=seed)
    with _browser() as shown:
        begun = time.perf_counter()
        with _serving(store) as (process, url):
            listens = time.perf_counter() - begun
            yield f"served, {rows:,} rows: listens after", listens, "s"
            if shown:
                took, page = shown(url)
                yield f"served, {rows:,} rows: usable after that", took, "s"
                yield f"served, {rows:,} rows: usable after the start of the command", listens + took, "s"
                for what, times in _turns(page).items():
                    yield f"served, {rows:,} rows: {what}, median", float(np.median(times)), "ms"
                    yield f"served, {rows:,} rows: {what}, longest of {len(times)}", max(times), "ms"
            yield from _answers(url, rows)
            yield f"served, {rows:,} rows: memory that is not mapped files", anonymous(process.pid) / 1e6, "MB"


def _answers(url: str, rows: int) -> Iterator[tuple[str, float, str]]:
    """Yield the median and the longest time of pages asked for at random, over two filters."""
    rng = np.random.default_rng(0)
    for words, query, count in (("kept", "fate=kept", 0.9), ("dropped, by reason", "reason=low-value", 0.1)):
        times = []
        for page in rng.integers(0, max(1, int(rows * count / 24)), 20):
            begun = time.perf_counter()
            _ask(url, f"api/gallery?{query}&page={page}")
            times.append(1000 * (time.perf_counter() - begun))
        yield f"served, {rows:,} rows: a page of those {words}, median", float(np.median(times)), "ms"
        yield f"served, {rows:,} rows: a page of those {words}, longest of 20", max(times), "ms"
    for what in (
        "row?unit=7",
        "facts",
        "spread?column=image%2Ffact1.value",
        "health",
        "map?embedding=image_clip&method=pca",
    ):
        begun = time.perf_counter()
        _ask(url, f"api/{what}")
        yield f"served, {rows:,} rows: {what.partition('?')[0]}", 1000 * (time.perf_counter() - begun), "ms"


def _ask(url: str, what: str) -> Any:
    base, _, token = url.partition("?")
    join = "&" if "?" in what else "?"
    with urllib.request.urlopen(f"{base}{what}{join}{token}") as answer:
        return json.load(answer)


@contextmanager
def _serving(store: Store) -> "Iterator[tuple[subprocess.Popen[str], str]]":
    command = [sys.executable, "-m", "mmhub", "serve", "bench", "--store", str(store.root)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            line = next(line for line in process.stderr if "token=" in line)
            yield process, line.strip()
        finally:
            process.terminate()


@contextmanager
def _browser() -> "Iterator[Callable[[str], tuple[float, Any]] | None]":
    """Give a function that opens a page, and returns the seconds until it can be used, and the page."""
    where = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        where = None
    if where is None:
        yield None
        return
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=where, args=["--no-sandbox"])

        def shown(url: str) -> tuple[float, Any]:
            page = browser.new_page()
            begun = time.perf_counter()
            page.goto(url)
            page.wait_for_selector("html[data-ready]")
            return time.perf_counter() - begun, page

        yield shown
        browser.close()


def _turns(page: Any) -> dict[str, list[float]]:
    """Return the milliseconds that turns took: looking at pages, leafing through them, and going to the ends."""
    page.evaluate("location.hash = 'gallery'")
    page.wait_for_selector(".gallery .card")
    looked = []
    for _ in range(_TURNS):
        page.wait_for_timeout(1000 * _LOOK_SECONDS)
        looked.append(page.evaluate(_TURNED, "Next"))
    leafed = [page.evaluate(_TURNED, "Next") for _ in range(_TURNS)]
    jumped = [page.evaluate(_TURNED, button) for button in ("Last", "Previous", "Previous", "First")]
    return {"next page, looked at for a second": looked, "next page, at once": leafed, "last page and back": jumped}


def main() -> None:
    """Take the times, and print them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--alone", type=int, default=10_000)
    parser.add_argument("--served", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = [
            *alone(Path(folder), given.alone, seed=given.seed),
            *served(Path(folder), given.served, seed=given.seed),
        ]
    if given.json:
        print(json.dumps([{"what": what, "value": value, "unit": unit} for what, value, unit in found], indent=1))
        return
    table = Table("what", "value", box=None)
    for what, value, unit in found:
        table.add_row(what, f"{value:,.2f} {unit}" if value < 100 else f"{value:,.0f} {unit}")
    Console().print(table)


if __name__ == "__main__":
    main()
