"""The readings of sensors, from CSV files with a column of times."""

import math
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mmhub import Lost, Remark
from mmhub.places.csv_records import csv_records
from mmhub.places.listing import listing
from mmhub.places.made import filled
from mmhub.places.records import Form, Record

from .files import device_of, time_of

_TIMES = ("time", "utc", "timestamp")
_TABLES = (".csv", ".tsv")


class Readings(NamedTuple):
    """What one sensor read: its name, ``device.column``, and the times and values in the order of its files."""

    name: str
    times_ns: "array[int]"
    values: "array[float]"


def readings(folder: Path) -> Iterator[Readings | Lost | Remark]:
    """Yield the readings of each sensor; a line without a time, or with what is no number, is `Lost`."""
    found: dict[str, Readings] = {}
    for path in listing(folder):
        if not path.lower().endswith(_TABLES):
            continue
        above = path.rpartition("/")[0]
        for each in csv_records(folder / path, Form()):
            place = f"{above}/{each.row_id if isinstance(each, Lost) else each.place}".lstrip("/")
            if isinstance(each, Lost):
                yield Lost(place, each.reason, each.message)
                continue
            column = next((name for name in each.values if name.lower() in _TIMES), None)
            if column is None:
                yield Remark(f"{path} has no column {' or '.join(_TIMES)}: left out")
                break
            try:
                _add(found, device_of(path), each, column)
            except ValueError as error:
                yield Lost(place, "malformed", f"{place}: {error}")
    yield from found.values()


def _add(found: dict[str, Readings], device: str, record: Record, column: str) -> None:
    time_ns = time_of(filled(record, column))
    numbers = {name: float(value) for name, value in record.values.items() if name != column and value is not None}
    for name, number in numbers.items():
        # A sensor that has no reading writes NaN.
        if math.isfinite(number):
            sensor = f"{device}.{name}"
            readings = found.setdefault(sensor, Readings(sensor, array("q"), array("d")))
            readings.times_ns.append(time_ns)
            readings.values.append(number)
