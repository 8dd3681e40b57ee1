"""From when to when the segments of each row last, where its own columns say so."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.faults import Fault
from mmhub.operators import Segment, SpanOptions
from mmhub.places.spans import span
from mmhub.units import Units

_MICROSECOND_NS = 1000
_MALFORMED = "malformed"


@dataclass(frozen=True)
class Asked:
    """The spans of one row: those that can be cut, in ns and in order of time, and which of all of them these are.

    ``faults`` holds, by number, why the others cannot be cut.
    """

    spans: tuple[tuple[int, int], ...]
    numbers: tuple[int, ...]
    faults: Mapping[int, Fault]

    def in_place(self, found: Sequence[Segment | None]) -> list[Segment | Fault]:
        """Return what was cut at the place of each span of the row, or why nothing is there."""
        several: dict[int, Segment | Fault] = dict(self.faults)
        for number, (start, end), segment in zip(self.numbers, self.spans, found, strict=True):
            several[number] = segment or Fault("out-of-bounds", f"nothing of it is there {_when(start, end)}")
        return [several[number] for number in range(len(several))]


class Spans:
    """The spans that rows are to be cut into. A row without any stays whole."""

    def __init__(self, options: SpanOptions, units: Units) -> None:
        self._starts = _Lists(units.plain[options.start])
        self._ends = self._starts if options.seconds else _Lists(units.plain[options.end])
        self._seconds = options.seconds
        self.counts = self._starts.counts
        """How many spans each row has, int64[rows]."""
        self.faults = self._uneven(options, units)
        """By row, why its spans belong to nothing: what should have as many values has another number of them."""

    def key(self, row: int) -> bytes:
        """Return what tells the spans of a row from others, 32 bytes."""
        times = (self._starts.of(row), self._ends.of(row))
        return hashlib.sha256(b"".join(each.tobytes() for each in times)).digest()

    def of(self, row: int) -> Asked:
        """Return the spans of a row. One that is no span, as it ends before it starts, is a fault of its own."""
        spans, faults = [], {}
        for number, (start, end) in enumerate(zip(self._starts.of(row), self._ends.of(row), strict=True)):
            try:
                first, last = _nanoseconds(float(start), float(start) + self._seconds if self._seconds else float(end))
            except ValueError as error:
                faults[number] = Fault(_MALFORMED, str(error))
            else:
                spans.append((first, last, number))
        spans.sort()
        return Asked(tuple((start, end) for start, end, _ in spans), tuple(number for *_, number in spans), faults)

    def _uneven(self, options: SpanOptions, units: Units) -> dict[int, Fault]:
        faults: dict[int, Fault] = {}
        for name in options.fields[1:]:
            counts = self._ends.counts if name == options.end else _counts(units, name)
            other = counts != self.counts
            if name in options.each:
                # It may be lacking altogether, and of a row that stays whole there is one.
                other &= (counts > 0) & ((self.counts > 0) | (counts > 1))
            for row in np.flatnonzero(other).tolist():
                said = f"{options.start} has {self.counts[row]} values, and {name} {counts[row]}: expected as many"
                faults.setdefault(row, Fault(_MALFORMED, said))
        return faults


class _Lists:
    """A column of lists of numbers, of which those of a row are had at once."""

    def __init__(self, column: pa.ListArray) -> None:
        self._offsets = np.asarray(column.offsets)
        self._values = np.asarray(column.values.cast(pa.float64()), dtype=np.float64)
        self.counts = np.asarray(pc.fill_null(pc.list_value_length(column), 0), dtype=np.int64)

    def of(self, row: int) -> np.ndarray:
        """Return the numbers of a row, float64[n]; NaN stands for one that is not there."""
        start = int(self._offsets[row])
        return self._values[start : start + int(self.counts[row])]


def _counts(units: Units, name: str) -> np.ndarray:
    """Return how many values of a field each row has, int64[rows]."""
    if name in units.plain:
        return np.asarray(pc.fill_null(pc.list_value_length(units.plain[name]), 0), dtype=np.int64)
    return np.bincount(units.items[name].rows, minlength=len(units))


def _nanoseconds(start: float, end: float) -> tuple[int, int]:
    """Return a span in ns; raise ValueError where it is none, or lasts no time."""
    # What was written with up to six decimals comes out as it was written: 0.1 s is 100,000,000 ns.
    first, last = (round(each * 1e6) * _MICROSECOND_NS for each in span(start, end))
    if first == last:
        raise ValueError(f"it ends at {end:g} s, where it starts")
    return first, last


def _when(start_ns: int, end_ns: int) -> str:
    return f"from {start_ns / 1e9:g} to {end_ns / 1e9:g} s"
