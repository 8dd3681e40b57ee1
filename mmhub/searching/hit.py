"""A row that was found."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa


@dataclass(frozen=True)
class Hit:
    """A row that was found: ``cosine`` is that of the nearest of its vectors, which stands at ``place`` in its list.

    ``row`` is the row itself as the files of the version hold it: a batch of one.
    """

    row_id: str
    cosine: float
    split: str
    place: int
    row: pa.RecordBatch

    def value(self, name: str, *, found_in: str) -> Any:
        """Return the value of a field, None where there is none: of a list the first, but of ``found_in`` its nearest.

        Media of the store are told by their keys.
        """
        return self.chosen(self.row[name][0].as_py(), name, found_in=found_in)

    def chosen(self, value: Any, name: str, *, found_in: str) -> Any:
        """Return a value of the field ``name``, and of a list one of its values, as `value` does."""
        values = value if isinstance(value, list) else [value]
        place = self.place if name == found_in else 0
        return values[place] if place < len(values) else None
