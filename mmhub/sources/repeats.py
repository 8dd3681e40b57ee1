"""Row ids that occur more than once: an error that shows two of the rows, or a number behind each but the first."""

from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.errors import SourceError
from mmhub.operators import Media
from mmhub.sources.plain import shown
from mmhub.units import Units

OnDuplicateId = Literal["error", "suffix"]
_SHOWN_FIELDS = 4


def without_repeats(units: Units, on_duplicate_id: OnDuplicateId) -> pa.Array:
    """Return the ids of ``units``, of which none occurs twice; with ``error``, raise SourceError where one does.

    With ``suffix`` the second row of an id becomes ``<id>-2``, the third ``<id>-3``; numbers whose id is taken are
    left out.
    """
    counts = pc.value_counts(units.ids)
    repeated = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    if not len(repeated):
        return units.ids
    if on_duplicate_id == "error":
        raise SourceError(_said(units, repeated[0].as_py()))
    return _numbered(units.ids, repeated)


def _numbered(ids: pa.Array, repeated: pa.Array) -> pa.Array:
    given = ids.to_pylist()
    taken = set(given)
    met: dict[str, int] = {}
    for row in np.flatnonzero(np.asarray(pc.is_in(ids, value_set=repeated))).tolist():
        row_id = given[row]
        number = met.get(row_id, 0) + 1
        while number > 1 and f"{row_id}-{number}" in taken:
            number += 1
        met[row_id] = number
        if number > 1:
            given[row] = f"{row_id}-{number}"
            taken.add(given[row])
    return pa.array(given, ids.type)


def _said(units: Units, row_id: str) -> str:
    first, second = np.flatnonzero(np.asarray(pc.equal(units.ids, row_id)))[:2].tolist()
    return (
        f"the row id {row_id!r} occurs twice, in rows {first} and {second} of the source: {_row(units, first)}, and "
        f"{_row(units, second)}; give each row an id of its own, or number them with `--on-duplicate-id suffix`"
    )


def _row(units: Units, row: int) -> str:
    """Return the first fields of a row, for an error."""
    parts = {name: shown(column[row].as_py()) for name, column in units.plain.items()}
    for name, items in units.items.items():
        start, end = items.starts(len(units))[row : row + 2].tolist()
        value = items.value(start) if end > start else None
        parts[name] = shown(_place(value) if isinstance(value, Media) else value)
    few = list(parts.items())[:_SHOWN_FIELDS]
    return "{" + ", ".join(f"{name}: {value}" for name, value in few) + "}"


def _place(media: Media) -> str:
    return f"{media.size()} bytes" if media.data is not None else str(media.path)
