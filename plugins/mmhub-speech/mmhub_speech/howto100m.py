"""Captions as HowTo100M holds them: lists of starts, ends and texts, as JSON or as CSV."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mmhub import Undecodable
from mmhub_speech.cue import Cue, nanoseconds, seconds

COLUMNS = ("start", "end", "text")


def cues_of(captions: Mapping[str, Sequence[Any]]) -> tuple[Cue, ...]:
    """Return the cues of one video: ``{"start": [seconds], "end": [seconds], "text": [...]}``, in their order.

    A text that is not there, which has become NaN in some copies, makes no cue.
    Raises Undecodable, ``damaged``, for lists that are missing or unequally long, or times that are none.
    """
    if not isinstance(captions, Mapping) or any(not isinstance(captions.get(name), Sequence) for name in COLUMNS):
        raise Undecodable("damaged", "expected three lists: start, end and text")
    starts, ends, texts = (captions[name] for name in COLUMNS)
    if not len(starts) == len(ends) == len(texts):
        raise Undecodable("damaged", f"{len(starts)} starts, {len(ends)} ends and {len(texts)} texts")
    return tuple(_cue(*each) for each in zip(starts, ends, texts, strict=True) if isinstance(each[2], str))


def captions_of(cues: Iterable[Cue]) -> dict[str, list[Any]]:
    """Return cues as HowTo100M holds them: lists of starts and ends in seconds, and of texts."""
    held = tuple(cues)
    return {
        "start": [seconds(cue.start_ns) for cue in held],
        "end": [seconds(cue.end_ns) for cue in held],
        "text": [cue.text for cue in held],
    }


def from_json(text: str) -> tuple[Cue, ...]:
    """Return the cues of a JSON document with the captions of one video; raise Undecodable where it holds none."""
    try:
        return cues_of(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise Undecodable("damaged", f"not JSON: {error}") from error


def to_json(cues: Iterable[Cue]) -> str:
    """Return a JSON document with the captions of one video."""
    return json.dumps(captions_of(cues), ensure_ascii=False)


def from_csv(text: str) -> tuple[Cue, ...]:
    """Return the cues of a table with the columns start, end and text; raise Undecodable where they are not there."""
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    return cues_of({name: [row.get(name) for row in rows] for name in COLUMNS})


def to_csv(cues: Iterable[Cue]) -> str:
    """Return a table with the columns start, end and text."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((seconds(cue.start_ns), seconds(cue.end_ns), cue.text) for cue in cues)
    return table.getvalue()


def _cue(start: Any, end: Any, text: str) -> Cue:
    try:
        return Cue(nanoseconds(float(start)), nanoseconds(float(end)), text)
    except (TypeError, ValueError) as error:
        raise Undecodable("damaged", f"a cue from {start!r} to {end!r}") from error
