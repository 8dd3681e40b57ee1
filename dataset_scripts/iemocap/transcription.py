"""What is said in the turns of a dialogue: a file of transcriptions."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mmhub import Lost

from .lines import numbered

_LINE = re.compile(r"(Ses\w+)\s*\[[^\]]*\]\s*:\s*(.*)")


class Transcript(NamedTuple):
    """What is said in a turn, and where that stands."""

    place: str
    turn: str
    text: str


def transcripts(file: Path) -> Iterator[Transcript | Lost]:
    """Yield the transcripts in a file, none where it is not there; lines that name no turn are left alone."""
    if not file.is_file():
        return
    for place, line in numbered(file):
        if not line.startswith("Ses"):
            continue
        found = _LINE.fullmatch(line)
        if found:
            yield Transcript(place, found[1], found[2])
        else:
            yield Lost(place, "malformed", f"{place}: expected a turn [start-end]: text, found {line!r}")
