"""Rows as a gallery shows them: what they hold, and what became of them."""

from typing import Any

import numpy as np

from mmhub.pages.cues import cues
from mmhub.pages.numbers import plain
from mmhub.pages.opened import Opened
from mmhub.pages.originals import Originals, Ref
from mmhub.pages.words import Words

_CHARACTERS, _CUE_BYTES = 300, 1 << 20


def cards(opened: Opened, units: np.ndarray, originals: Originals, words: Words) -> list[dict[str, Any]]:
    """Return some units as a gallery shows them, in the order they are asked for."""
    names = [name for name in opened.fields if name in opened.tables.kept.column_names]
    rows = opened.ledger_rows(units)
    kept = opened.kept_rows(units, names)
    return [
        card(opened, int(unit), row, held, originals, words)
        for unit, row, held in zip(units.tolist(), rows, kept, strict=True)
    ]


def card(
    opened: Opened,
    unit: int,
    row: dict[str, Any],
    kept: dict[str, Any] | None,
    originals: Originals,
    words: Words,
    *,
    characters: int = _CHARACTERS,
) -> dict[str, Any]:
    """Return one row: its fate with the fact that decided, its media by reference, and the beginnings of its texts."""
    refs = originals.references(unit, row, kept)
    cued = [(ref.field, text) for ref in refs if (text := _written(opened, ref, originals)) is not None]
    return {
        "unit": unit,
        **{name: row[name] for name in ("row_id", "split", "fate", "reason")},
        **_verdict(opened, row),
        "media": [_medium(opened, ref) for ref in refs],
        "texts": [_text(name, value, characters) for name, value in (*words.of(unit, kept), *cued)],
    }


def _written(opened: Opened, ref: Ref, originals: Originals) -> str | None:
    """Return a medium that is a file of cues as a text, and nothing for any other."""
    if opened.kinds[ref.field] != "other" or ref.before:
        return None
    data = originals.find(ref)
    if data is None or len(data) > _CUE_BYTES:
        return None
    text = bytes(data).decode("utf-8", "replace")
    return text if cues(text) else None


def _medium(opened: Opened, ref: Ref) -> dict[str, Any]:
    return {"field": ref.field, "kind": opened.kinds[ref.field], "ref": str(ref), "before": ref.before}


def _verdict(opened: Opened, row: dict[str, Any]) -> dict[str, Any]:
    found = {name: row[name] for name in ("step", "field", "fact", "at_least", "at_most", "message") if row[name]}
    # A bound of nought is one.
    found |= {name: row[name] for name in ("at_least", "at_most") if row[name] is not None}
    column = opened.column_of(row) if row["fact"] else None
    value = None if column is None else row[column]
    told: dict[str, Any] = plain(found | ({} if value is None else {"value": value}))
    return told


def _text(name: str, value: str, characters: int) -> dict[str, Any]:
    said: dict[str, Any] = {"field": name, "text": value[:characters]}
    if len(value) > characters:
        said["more"] = len(value) - characters
    if found := cues(value[:20_000]):
        said["cues"] = found
    return said
