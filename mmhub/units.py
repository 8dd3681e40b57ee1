"""The rows of a source as columns: ids, splits, plain values, and every value operators read, flat, with its key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa

from mmhub.faults import Fault
from mmhub.operators import Media, Remote
from mmhub.places.elsewhere import is_address

REMOTE = "^[a-z][a-z0-9+.-]+://"
"""What a value begins with that is not in a file yet, but behind a URL or an address of another kind."""
_PART = "\0"
"""Stands between a path and the part of the file that is meant, or a URL and its stamp: neither holds it."""


@dataclass
class Items:
    """The values of one field, flat: a list field has several per row, an absent value none.

    ``rows`` int64[n] is the row of each, ascending. ``keys`` uint8[n, 32] is the sha256 of each, where ``known``
    bool[n] says that it has been read. ``texts`` or ``paths`` holds the values (`place_of` says how parts of files
    are told); ``inline`` the bytes of media without a path; ``stamps`` what files looked like when they were last
    listed. ``expected`` holds, by item, the sha256 that a value behind a URL should have; ``faults``, by item, why one
    could not be had.
    """

    rows: np.ndarray
    keys: np.ndarray
    known: np.ndarray
    texts: pa.Array | None = None
    paths: pa.Array | None = None
    stamps: pa.Array | None = None
    inline: Mapping[int, bytes] = field(default_factory=dict)
    expected: Mapping[int, bytes] = field(default_factory=dict)
    faults: dict[int, Fault] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def every(self) -> np.ndarray:
        """The places of all items, int64[n]: the same array as ``rows`` where every row has one."""
        places = np.arange(len(self), dtype=np.int64)
        return self.rows if np.array_equal(self.rows, places) else places

    def value(self, item: int) -> str | Media:
        """Return one value: a text, or where its bytes are."""
        if self.texts is not None:
            return str(self.texts[item].as_py())
        assert self.paths is not None
        if item in self.inline:
            return Media(data=self.inline[item])
        return located(self.paths[item].as_py())

    def of_rows(self, rows: np.ndarray) -> np.ndarray:
        """Return the items of the given ascending rows."""
        return places_of(self.rows, rows)

    def starts(self, count: int) -> np.ndarray:
        """Return, as int64[count + 1], where the items of each of ``count`` rows begin and end."""
        return np.searchsorted(self.rows, np.arange(count + 1))


def is_remote(place: str | None) -> bool:
    """Whether a value lies behind a URL, and not in a file."""
    return place is not None and is_address(place)


def place_of_remote(remote: Remote) -> str:
    """Return where a file behind a URL lies, as one string; see `file_of`."""
    return f"{remote.url}{_PART}{remote.stamp}" if remote.stamp else remote.url


def place_of(media: Media) -> str:
    """Return where a file or a part of one lies, as one string; see `located`."""
    part = "" if media.length is None else f"{_PART}{media.offset}+{media.length}"
    return f"{media.path or ''}{part}"


def located(place: str | None) -> Media:
    """Return the file, or the part of one, that lies at ``place``."""
    path, part, numbers = (place or "").partition(_PART)
    if not part:
        return Media(path=place)
    offset, plus, length = numbers.partition("+")
    if not plus:
        return Media(path=path)
    return Media(path=path, offset=int(offset), length=int(length))


def file_of(place: str) -> str:
    """Return the path of the file at ``place``, or its URL, without what else a place may say; see `located`."""
    return place.partition(_PART)[0]


def places_of(rows: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return, as int64, where in ascending ``rows`` any of the ascending rows ``wanted`` stand."""
    starts, ends = np.searchsorted(rows, wanted), np.searchsorted(rows, wanted, side="right")
    counts = ends - starts
    return np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())


@dataclass
class Units:
    """What a source held when it was read. One unit is one row, or one segment of a row that was cut.

    ``faults`` holds, by plain column and unit, why a value is absent that was of another type. ``remarks`` are what
    the source said of itself.
    """

    ids: pa.Array
    splits: pa.Array
    items: dict[str, Items]
    plain: dict[str, pa.Array]
    faults: dict[str, dict[int, Fault]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ids)
