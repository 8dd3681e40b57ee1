"""Rolling captions, in which each cue shows again what the one before it showed, told only once.

YouTube shows what it hears in two lines, of which the upper one was the lower one before; in between, a cue of ten
milliseconds shows the upper line alone. Other copies hold one line, which repeats the end of the line before, or
cues that are still shown when the next begins.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from mmhub_speech.cue import NS_PER_MILLISECOND, Cue

_WORD = re.compile(r"\S+")
_TOUCHING_NS = 100 * NS_PER_MILLISECOND
_LEAST_SHARE = 0.5
"""Of so many cues that follow without a gap, those that repeat make captions rolling ones."""

Carried = Callable[[list[str], list[int], list[str]], int]
"""How many words a cue carries over: from the words shown before, the lengths that a carry may have, its own words."""


def unrolled(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """Return cues in order of time, without what each repeats of the one before it, none longer than to the next.

    No word is lost: where captions do not roll, a text that is said twice stays, and texts that begin together
    become one cue. A cue that only repeats prolongs the one it repeats.
    """
    ordered = sorted((cue for cue in cues if cue.text.strip()), key=lambda cue: cue.start_ns)
    for carried in (_whole_lines, _any_words):
        told, repeating = _told_once(ordered, carried)
        if repeating >= _LEAST_SHARE:
            return _apart(told)
    return _apart(ordered)


def _told_once(cues: Sequence[Cue], carried: Carried) -> tuple[list[Cue], float]:
    """Return cues without what they carry over, and how many of those that touch the one before carry something.

    That is a share of the cues which also say something new: what is said twice is repeated as a whole.
    """
    told: list[Cue] = []
    shown: list[str] = []
    lengths: list[int] = []
    touching = repeating = until = 0
    for cue in cues:
        words = cue.text.split()
        count = carried(shown, lengths, words)
        if count < len(words):
            touches = bool(told) and cue.start_ns <= until + _TOUCHING_NS
            touching += touches
            repeating += touches and count > 0
            told.append(replace(cue, text=_from_word(cue.text, count)))
        else:
            told[-1] = replace(told[-1], end_ns=max(told[-1].end_ns, cue.end_ns))
        shown, lengths, until = words, _line_lengths(cue.text, words, count), cue.end_ns
    return told, repeating / touching if touching else 0.0


def _line_lengths(text: str, words: list[str], carried: int) -> list[int]:
    """Return how many words the next cue may carry over by whole lines: first what is new here, then longest first."""
    lines = [len(line.split()) for line in reversed(text.splitlines())]
    new = [len(words) - carried] if carried < len(words) else []
    return list(dict.fromkeys([*new, *reversed(list(accumulate(line for line in lines if line)))]))


def _whole_lines(shown: list[str], lengths: list[int], words: list[str]) -> int:
    """Return how many words of whole lines a cue carries over."""
    return next((count for count in lengths if count and shown[-count:] == words[:count]), 0)


def _any_words(shown: list[str], lengths: list[int], words: list[str]) -> int:
    """Return how many words at the end of what was shown a cue begins with."""
    most = min(len(shown), len(words))
    return next((count for count in range(most, 0, -1) if shown[-count:] == words[:count]), 0)


def _from_word(text: str, count: int) -> str:
    """Return a text from one of its words on, with the line breaks it has there."""
    starts = [word.start() for word in _WORD.finditer(text)]
    return text[starts[count] :].strip()


def _apart(cues: Sequence[Cue]) -> tuple[Cue, ...]:
    """Return cues none of which is still shown when the next begins; those that begin together become one."""
    apart: list[Cue] = []
    for cue in cues:
        if apart and apart[-1].start_ns == cue.start_ns:
            apart[-1] = _together(apart[-1], cue)
        else:
            apart.append(cue)
    ended = [replace(cue, end_ns=min(cue.end_ns, after.start_ns)) for cue, after in pairwise(apart)]
    return (*ended, *apart[-1:])


def _together(one: Cue, other: Cue) -> Cue:
    text = one.text if other.text.split() == one.text.split() else f"{one.text}\n{other.text}"
    return Cue(one.start_ns, max(one.end_ns, other.end_ns), text)
