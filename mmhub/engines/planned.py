"""What the first of several processes has planned, in a file that all of them read."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from mmhub.blocks import read_table
from mmhub.facts import fact_keys
from mmhub.measuring.pace import Pace
from mmhub.request import Ready
from mmhub.store import placed
from mmhub.survey import Survey

_EACH = 6
"""Into how many work units the share of a process is cut, if there is little to do: it holds up to three at once."""
_STEP_ROWS = 128
"""Work units are no smaller than that, and multiples of it: keeping one costs some hundredths of a second."""


@dataclass(frozen=True)
class Planned:
    """The units to be measured, int64, in work units of ``size``; ``meaning`` says what is measured of which rows."""

    rows: np.ndarray
    size: int = 1
    meaning: str = ""

    def __len__(self) -> int:
        """Return the number of work units."""
        return -(-len(self.rows) // self.size)

    def part(self, number: int) -> np.ndarray:
        """Return the units of a work unit."""
        return self.rows[number * self.size : (number + 1) * self.size]

    def write(self, path: Path) -> None:
        """Write this down, whole or not at all."""
        about = {"size": str(self.size), "meaning": self.meaning}
        table = pa.table({"unit": self.rows}).replace_schema_metadata(about)
        with placed(path) as draft, pa.OSFile(str(draft), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as out:
            out.write_table(table)

    @classmethod
    def read(cls, path: Path) -> "Planned":
        """Return what was written down; raise StoreError where it cannot be read."""
        table = read_table(path)
        about = table.schema.metadata
        return cls(np.asarray(table["unit"]), int(about[b"size"]), about[b"meaning"].decode())


def unit_rows(pace: Pace, *, units: int, processes: int, most: int = 1) -> int:
    """Return how many units are given out at once: ``most`` usual work units, or fewer if not all would get some."""
    fair = -(-units // (processes * _EACH))
    return min(pace.unit_rows * most, max(1, -(-fair // _STEP_ROWS)) * _STEP_ROWS)


def meaning(ready: Ready, found: Survey) -> str:
    """Return the digest of the rows and of what is measured of them, which processes must agree on to share work."""
    whole = hashlib.sha256(json.dumps(fact_keys(ready.bindings), sort_keys=True).encode())
    ids = pa.table({"id": found.units.ids}).combine_chunks()
    for batch in ids.to_batches():
        whole.update(batch.serialize())
    return whole.hexdigest()
