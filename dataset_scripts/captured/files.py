"""The files of a capture, by the device and the time in their names."""

import calendar
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from mmhub.places.kinds import kind_of
from mmhub.places.listing import listing

_PARTS = ("year", "month", "day", "hour", "minute", "second")
_TIME = (
    r"(?P<year>\d{4})-?(?P<month>\d\d)-?(?P<day>\d\d)[T ]"
    r"(?P<hour>\d\d)[:-]?(?P<minute>\d\d)[:-]?(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?(?:Z|\+00:?00)"
)
_STAMP = re.compile(_TIME)
_NAME = re.compile(rf"(?:(?P<first>[\w-]+?)_)?{_TIME}(?:_(?P<last>[\w-]+))?")
NS_PER_SECOND = 1_000_000_000


class Capture(NamedTuple):
    """A file that a device took: when, which device, of what kind, and its path in the folder."""

    time_ns: int
    device: str
    kind: str
    path: str


def captures(folder: Path, unnamed: list[str]) -> Iterator[Capture]:
    """Yield the files that are called by device and time; others of a known kind are added to ``unnamed``."""
    for path in listing(folder):
        kind = kind_of(path)
        if kind is None:
            continue
        found = _NAME.fullmatch(path.rpartition("/")[2].rpartition(".")[0])
        device = found and (found["first"] or found["last"])
        time_ns = _nanoseconds(found) if found else None
        if device and time_ns is not None:
            yield Capture(time_ns, device, kind, path)
        else:
            unnamed.append(path)


def time_of(text: str) -> int:
    """Return a time in UTC as nanoseconds since 1970; raise ValueError where it is none."""
    found = _STAMP.fullmatch(text.strip())
    time_ns = _nanoseconds(found) if found else None
    if time_ns is None:
        raise ValueError(f"{text!r} is no time in UTC: expected one as 2026-01-31T12:00:00.250Z")
    return time_ns


def _nanoseconds(found: re.Match[str]) -> int | None:
    """Return the time that was matched as nanoseconds since 1970; None where there is no such day or hour."""
    year, month, day, hour, minute, second = (int(found[part]) for part in _PARTS)
    try:
        whole = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return calendar.timegm(whole.utctimetuple()) * NS_PER_SECOND + int((found["fraction"] or "").ljust(9, "0"))


def device_of(path: str) -> str:
    """Return the device a file is called by; where its name holds no time, all of the name."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    found = _NAME.fullmatch(stem)
    return (found and (found["first"] or found["last"])) or stem
