"""The captions of HowTo100M in the forms they go about in, as clips of which none repeats the one before."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mmhub import Lost, SourceError, Undecodable
from mmhub.places.csv_records import csv_records
from mmhub.places.json_stream import Item, json_items
from mmhub.places.made import with_columns
from mmhub.places.records import Form
from mmhub.places.spans import span
from mmhub.places.youtube import youtube_id

FORMS = ("raw_caption.json", "caption.json", "howto100m_captions")
"""Files with the captions of all videos, and the folder with a CSV file for each."""
_LISTS = ("start", "end", "text")


class Caption(NamedTuple):
    """A caption as it was found: where it stands, and its values."""

    place: str
    start: Any
    end: Any
    text: Any


class Clip(NamedTuple):
    """From when to when a text is said, in seconds."""

    start_seconds: float
    end_seconds: float
    text: str


class Captions(NamedTuple):
    """The captions of one video, in their order, and those that could not be read."""

    video_id: str
    said: list[Clip]
    lost: list[Lost]


def captioned(place: Path) -> Iterator[Captions | Lost]:
    """Yield the captions of each video in a file or a folder; those that cannot be read are `Lost`."""
    if place.is_dir():
        yield from map(_of_table, sorted(place.glob("*.csv")))
        return
    seen: set[str] = set()
    with place.open("rb") as stream:
        for item in json_items(stream, place.name):
            try:
                captions = _of_item(item)
            except ValueError as error:
                yield Lost(item.place, "malformed", f"{item.place}: {error}")
                continue
            if captions.video_id in seen:
                yield Lost(item.place, "duplicate", f"{item.place}: the video was there before")
            else:
                seen.add(captions.video_id)
                yield captions


def clips(video: Captions) -> list[Clip]:
    """Return the clips of a video in order of time: captions that roll are told once."""
    try:
        from mmhub_speech import Cue, unrolled
        from mmhub_speech.cue import nanoseconds, seconds
    except ImportError as error:
        raise SourceError("captions that roll are read with a plugin: `pip install mmhub-speech`") from error
    cues = [Cue(nanoseconds(start), nanoseconds(end), text) for start, end, text in video.said]
    return [Clip(seconds(cue.start_ns), seconds(cue.end_ns), cue.text) for cue in unrolled(cues)]


def _read(video_id: str, found: Iterable[Caption | Lost]) -> Captions:
    """Return the captions of a video; what has no text says nothing."""
    said: list[Clip] = []
    lost: list[Lost] = []
    for each in found:
        if isinstance(each, Lost):
            lost.append(each)
        elif isinstance(each.text, str) and each.text.strip():
            try:
                said.append(Clip(*span(each.start, each.end), each.text))
            except ValueError as error:
                lost.append(Lost(each.place, "malformed", f"{each.place}: {error}"))
    return Captions(video_id, said, lost)


def _of_item(item: Item) -> Captions:
    value = item.value
    if isinstance(value, Undecodable):
        raise ValueError(value.message)
    if not isinstance(value, dict) or not all(isinstance(value.get(name), list) for name in _LISTS):
        raise ValueError("expected three lists: start, end and text")
    starts, ends, texts = (value[name] for name in _LISTS)
    if not len(starts) == len(ends) == len(texts):
        raise ValueError(f"{len(starts)} starts, {len(ends)} ends and {len(texts)} texts: expected as many of each")
    cues = zip(starts, ends, texts, strict=True)
    return _read(youtube_id(item.key), (Caption(f"{item.place}[{n}]", *cue) for n, cue in enumerate(cues)))


def _of_table(table: Path) -> Captions | Lost:
    try:
        records = with_columns(table, _LISTS, csv_records(table, Form(delimiter=",")))
        found = [
            each if isinstance(each, Lost) else Caption(each.place, *(each.values[name] for name in _LISTS))
            for each in records
        ]
        return _read(youtube_id(table.stem), found)
    except (SourceError, ValueError, OSError) as error:
        return Lost(table.name, "malformed", f"{table.name}: {error}")
