"""Rows made of the records of an annotation file: a line of which none can be made costs itself alone."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from mmhub.errors import SourceError, near
from mmhub.operators import Lost, Row
from mmhub.places.records import Record


def made(records: Iterable[Record | Lost], make: Callable[[Record], Row]) -> Iterator[Row | Lost]:
    """Yield the row that ``make`` makes of each record; raised ValueError loses the line, and so does an id again."""
    places: dict[str, str] = {}
    for record in records:
        if isinstance(record, Lost):
            yield record
            continue
        try:
            row = make(record)
        except ValueError as error:
            yield Lost(record.place, "malformed", f"{record.place}: {error}")
            continue
        first = places.setdefault(row["row_id"], record.place)
        if first == record.place:
            yield row
        else:
            yield Lost(record.place, "duplicate", f"{record.place}: {row['row_id']!r} was in {first} before")


def with_columns(file: Path, names: Sequence[str], records: Iterator[Record | Lost]) -> Iterator[Record | Lost]:
    """Return records; raise SourceError where the first of them lacks one of the columns ``names``."""
    before: list[Record | Lost] = []
    for record in records:
        before.append(record)
        if isinstance(record, Record):
            for name in names:
                if name not in record.values:
                    known = ", ".join(record.values)
                    raise SourceError(
                        f"{str(file)!r} has no column {name!r}: its first line has {known}{near(name, record.values)}"
                    )
            break
    return chain(before, records)


def filled(record: Record, name: str) -> str:
    """Return the value of a column; raise ValueError where there is none."""
    value = record.values[name]
    if value is None:
        raise ValueError(f"there is no {name}")
    return str(value)
