"""A page that stands alone: everything it shows is in the one file."""

import base64
from pathlib import Path
from typing import Any

import numpy as np

from mmhub.pages.examples import examples
from mmhub.pages.health import health
from mmhub.pages.history import difference, earlier
from mmhub.pages.maps import mapped, methods
from mmhub.pages.neighbours import neighbours
from mmhub.pages.opened import Opened
from mmhub.pages.originals import Originals, Ref
from mmhub.pages.overview import overview
from mmhub.pages.previews import Preview, preview
from mmhub.pages.row import whole_row
from mmhub.pages.spreads import facts, spread
from mmhub.pages.template import page
from mmhub.pages.vectors import embeddings
from mmhub.pages.words import Words
from mmhub.store import write_text
from mmhub.units import Units

MEDIA_BYTES = 7_000_000
"""What all previews may take together: with the charts and the rest a page stays below 15 MB."""
_POINTS = 3_000
_TEXT_BYTES = 2_500_000


def write_page(opened: Opened, path: Path, *, source: Units | None = None) -> int:
    """Write a version as one page that needs no network, and return its bytes; `standalone` says more."""
    text = standalone(opened, source=source)
    write_text(path, text)
    return len(text.encode())


def standalone(opened: Opened, *, source: Units | None = None, public: bool = False) -> str:
    """Return a version as one page; ``source`` gives the texts of rows that are not kept.

    A ``public`` one shows values of kept rows alone, and as they are kept: what was left out, or repaired, stays out.
    """
    return page(title=str(opened.version), payload=payload(opened, source, public=public))


def payload(opened: Opened, source: Units | None = None, *, public: bool = False) -> dict[str, Any]:
    """Return all that a page that stands alone shows, as plain data."""
    originals, words = Originals(opened, public), Words(opened, source)
    units = examples(opened)
    found = facts(opened)
    before = earlier(opened)
    rows = _rows(opened, units, originals, words)
    return {
        "overview": overview(opened),
        "facts": found,
        "spreads": {each["column"]: spread(opened, each["column"]) for each in found},
        "rows": rows,
        "previews": _previews(rows, originals),
        "maps": [
            mapped(opened, name, method=how, points=_POINTS, public=public)
            for name in embeddings(opened)
            for how in methods()
        ],
        "difference": None if before is None else difference(opened, before),
        "health": health(opened),
    }


def _rows(opened: Opened, units: np.ndarray, originals: Originals, words: Words) -> list[dict[str, Any]]:
    """Return rows with all that is known of them; texts are cut where they would fill the page."""
    alike = neighbours(opened, units, public=originals.public)
    rows, room = [], _TEXT_BYTES
    for unit in units.tolist():
        row = whole_row(opened, unit, originals, words) | {"neighbours": alike[unit]}
        for text in row["texts"]:
            fits = text["text"][: max(200, room)]
            text["more"] = text.get("more", 0) + len(text["text"]) - len(fits)
            text["text"] = fits
            room -= len(fits)
        rows.append(row)
    return rows


def _previews(rows: list[dict[str, Any]], originals: Originals) -> dict[str, Any]:
    """Return, by reference, the views of as many media as there is room for; of each row one before any has two."""
    found: dict[str, Any] = {}
    room = MEDIA_BYTES
    for turn in range(max((len(row["media"]) for row in rows), default=0)):
        for media in (row["media"][turn] for row in rows if turn < len(row["media"])):
            if room <= 0:
                return found
            data = originals.find(Ref.parse(media["ref"]) or Ref(0, ""))
            made = None if data is None else preview(media["kind"], data)
            if made is not None:
                found[media["ref"]] = shown = _inlined(made)
                room -= sum(len(each) for each in shown["views"].values())
    return found


def _inlined(made: Preview) -> dict[str, Any]:
    views = {name: f"data:{kind};base64,{base64.b64encode(data).decode()}" for name, (kind, data) in made.views.items()}
    return {"views": views, "peaks": made.peaks, "seconds": made.seconds}
