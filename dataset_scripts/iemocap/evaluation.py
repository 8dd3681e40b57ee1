"""What annotators heard in the turns of a dialogue: a file of EmoEvaluation.

A block is a line with a turn, its emotion by majority and the mean of its ratings, then a line for each annotator, and
an empty line. Lines that are none of these are left alone, as the header is.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from mmhub import Lost
from mmhub.places.spans import span

from .lines import numbered

CODES = frozenset({"neu", "hap", "sad", "ang", "exc", "fru", "fea", "sur", "dis", "oth", "xxx"})
_TURN = re.compile(r"Ses0[1-5][FM]_\w+_[FM]\d{3}")
_HEAD = re.compile(r"\[\s*(\S+)\s*-\s*(\S+)\s*\]\s+(\S+)\s+(\S+)\s+\[(.*)\]\s*")
_JUDGED = re.compile(r"C-(\w+):\s*(.*?);?\s*(\(.*\))?\s*")
_RATED = re.compile(r"A-(\w+):\s*(.*?)\s*(\(.*\))?\s*")
_NUMBERS = [re.compile(rf"\b{name}\s+(\d+(?:\.\d+)?)") for name in ("val", "act", "dom")]

Rating = tuple[float | None, float | None, float | None]
"""Valence, activation, dominance, each from 1 to 5; None where an annotator gave none."""


@dataclass(frozen=True)
class Turn:
    """A turn: where it stands, when it is, its emotion by majority, the mean of its ratings, and those of each."""

    place: str
    name: str
    start_seconds: float
    end_seconds: float
    code: str
    rating: tuple[float, float, float]
    judgements: tuple[tuple[str, str], ...] = ()
    ratings: tuple[tuple[str, Rating], ...] = ()


def turns(file: Path) -> Iterator[Turn | Lost]:
    """Yield the turns of a dialogue in their order; before a turn, its lines that cannot be read are `Lost`."""
    turn: Turn | None = None
    for place, line in numbered(file):
        try:
            if line.startswith("["):
                if turn:
                    yield turn
                turn = None
                turn = _head(place, line)
            elif turn and line.startswith("C-"):
                turn = replace(turn, judgements=(*turn.judgements, _judgement(line)))
            elif turn and line.startswith("A-"):
                turn = replace(turn, ratings=(*turn.ratings, _rating(line)))
        except ValueError as error:
            yield Lost(place, "malformed", f"{place}: {error}")
    if turn:
        yield turn


def _head(place: str, line: str) -> Turn:
    found = _HEAD.fullmatch(line)
    if not found:
        raise ValueError(f"expected [start - end] turn emotion [valence, activation, dominance], found {line!r}")
    start, end = span(found[1], found[2])
    name, code = found[3], found[4]
    if not _TURN.fullmatch(name):
        raise ValueError(f"{name!r} is no turn: expected a name such as Ses01F_impro01_F000")
    if code not in CODES:
        raise ValueError(f"{code!r} is no emotion: expected one of {', '.join(sorted(CODES))}")
    numbers = [float(each) for each in found[5].split(",")]
    if len(numbers) != 3 or not all(map(math.isfinite, numbers)):
        raise ValueError(f"expected valence, activation and dominance, found [{found[5]}]")
    return Turn(place, name, start, end, code, (numbers[0], numbers[1], numbers[2]))


def _judgement(line: str) -> tuple[str, str]:
    """Return who judged, and the emotions that were heard, joined by ``; ``, with a comment in brackets."""
    found = _JUDGED.fullmatch(line)
    if not found:
        raise ValueError(f"expected C-annotator: emotions; (comment), found {line!r}")
    emotions = "; ".join(each.strip() for each in found[2].split(";") if each.strip())
    comment = found[3] if found[3] and found[3] != "()" else ""
    return found[1], f"{emotions} {comment}".strip()


def _rating(line: str) -> tuple[str, Rating]:
    found = _RATED.fullmatch(line)
    if not found:
        raise ValueError(f"expected A-annotator: val 1; act 2; dom 3; (comment), found {line!r}")
    numbers = (each.search(found[2]) for each in _NUMBERS)
    valence, activation, dominance = (float(each[1]) if each else None for each in numbers)
    return found[1], (valence, activation, dominance)
