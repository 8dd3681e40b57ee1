"""The texts and plain values of rows: as they are kept, and of other rows as the source still has them."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.pages.opened import Opened
from mmhub.tombstones import REVOKED
from mmhub.units import Units


@dataclass(frozen=True)
class Words:
    """Where texts come from. ``source`` holds the rows of the source where it was read again, as `Units`."""

    opened: Opened
    source: Units | None = None

    def of(self, unit: int, kept: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
        """Yield the field and the text of every text or plain value of a row."""
        held = kept if kept is not None else self._read(unit)
        for name in self.opened.fields:
            values = held.get(name) if name not in self.opened.tables.media else None
            for value in values if isinstance(values, list) else [values]:
                if isinstance(value, str | int | float):
                    yield name, str(value)

    def _read(self, unit: int) -> dict[str, Any]:
        """Return the values of a row that is not kept, from the source; of a revoked one nothing."""
        row = self.opened.ledger_rows(np.array([unit]))[0]
        if self.source is None or row["reason"] == REVOKED:
            return {}
        place = pc.index(self.source.ids, pa.scalar(row["row_id"], self.source.ids.type)).as_py()
        if place < 0:
            return {}
        found: dict[str, Any] = {name: values[place].as_py() for name, values in self.source.plain.items()}
        for name, items in self.source.items.items():
            if items.texts is not None:
                start, end = (int(each) for each in items.rows.searchsorted([place, place + 1]))
                found[name] = [
                    text for text in items.texts.slice(start, end - start).to_pylist() if _is_of(row, name, text)
                ]
        return found


def _is_of(row: Mapping[str, Any], name: str, text: str) -> bool:
    """Whether a text is what was read when the version was built, by its sha256: the source may have changed."""
    known = row.get(f"{name}.sha256")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return digest in known if isinstance(known, list) else digest == known
