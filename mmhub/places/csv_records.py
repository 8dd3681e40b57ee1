"""Records of CSV and TSV files; a line that does not fit costs itself alone."""

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from mmhub.errors import SourceError
from mmhub.operators import Lost
from mmhub.places.lines import is_utf8, lines
from mmhub.places.records import Form, Record

_DELIMITERS = (",", "\t", ";", "|")
_LONGEST_VALUE = 16 << 20


class _Lines:
    """Gives lines to the reader, and takes back those that a line with an open quote has swallowed."""

    def __init__(self, source: Iterator[tuple[int, str]]) -> None:
        self._source, self._back = source, deque[tuple[int, str]]()
        self.taken: list[tuple[int, str]] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._source)
        self.taken.append(line)
        return line[1]

    def give_back(self) -> None:
        """Take back all lines since the last record but the first."""
        self._back.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def csv_records(file: Path, form: Form) -> Iterator[Record | Lost]:
    """Yield a record for each line of a file, by the names in its first line; an empty value is absent."""
    given = _Lines(lines(file))
    csv.field_size_limit(_LONGEST_VALUE)
    header = list(form.columns)
    reader = _reader(given, form.delimiter or _delimiter(file, given))
    if not header:
        header = _header(file, reader)
    while True:
        given.taken.clear()
        try:
            values = next(reader, None)
            problem = _problem(values, header, given) if values is not None else ""
        except csv.Error as error:
            values, problem = [], str(error)
        if values is None:
            return
        if problem:
            given.give_back()
        if not values and not problem:
            continue
        place = f"{file.name}:{given.taken[0][0]}"
        if problem:
            yield Lost(place, "malformed", f"{place}: {problem}")
        else:
            yield Record(place, {name: value or None for name, value in zip(header, values, strict=True)})


def _reader(given: _Lines, delimiter: str) -> Iterator[list[str]]:
    try:
        return csv.reader(given, delimiter=delimiter, strict=True)
    except (TypeError, ValueError) as error:
        raise SourceError(f"`delimiter` is {delimiter!r}: expected one sign, such as ',' or ';'") from error


def _problem(values: list[str], header: list[str], given: _Lines) -> str:
    if values and len(values) != len(header):
        return f"expected {len(header)} values, found {len(values)}"
    return "" if all(is_utf8(line) for _, line in given.taken) else "it is not UTF-8"


def _delimiter(file: Path, given: _Lines) -> str:
    """Return what parts the values of the first line, and give that line back."""
    try:
        first = next(given)
    except StopIteration:
        raise SourceError(
            f"the table {str(file)!r} is empty: expected a first line with the names of columns"
        ) from None
    number = given.taken[0][0]
    given.taken.insert(0, (number, ""))
    given.give_back()
    counts = {sign: first.count(sign) for sign in _DELIMITERS}
    return "\t" if file.suffix.lower() == ".tsv" else max(_DELIMITERS, key=counts.__getitem__)


def _header(file: Path, reader: Iterator[list[str]]) -> list[str]:
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        said = "its lines end as on old Macs, save it with others" if "new-line" in str(error) else str(error)
        raise SourceError(f"{file.name}:1: the names of columns cannot be read: {said}") from error
    if not all(is_utf8(name) for name in header):
        raise SourceError(f"{file.name}:1: the names of columns are not UTF-8: save {str(file)!r} in UTF-8")
    for name in header:
        if header.count(name) > 1:
            raise SourceError(f"{file.name}:1: two columns are called {name!r}: rename one")
    if not any(header):
        raise SourceError(f"the table {str(file)!r} is empty: expected a first line with the names of columns")
    return header
