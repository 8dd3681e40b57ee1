"""Which spans of a damaged video can be trusted, by what is wrong with its packets.

Pictures are predicted from others. So what follows a wrong one is not trusted, until a picture that stands alone
decodes: from there on nothing that is shown later is predicted from before it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Coded:
    """One packet: when it is shown, in ticks of its stream, whether it stands alone, and whether it is wrong."""

    pts: int
    key: bool
    wrong: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Packets ``first`` to before ``stop`` in the order they are coded, less those shown before ``start``.

    All of them are shown before ``end``, in ticks; None stands for the end of the video.
    """

    first: int
    stop: int
    start: int
    end: int | None


def spans(coded: Sequence[Coded]) -> list[Span]:
    """Return the longest spans of pictures that can be trusted, in order."""
    found: list[Span] = []
    whole = False
    for first, stop in _groups(coded):
        group, start = coded[first:stop], coded[first].pts
        length, end = _trusted(group)
        if stop < len(coded) and length == len(group):
            end = coded[stop].pts
        if whole and length and not any(each.wrong for each in group if each.pts < start):
            found[-1] = Span(found[-1].first, first + length, found[-1].start, end)
        elif length:
            found.append(Span(first, first + length, start, end))
        whole = length == len(group)
    return found


def _groups(coded: Sequence[Coded]) -> Iterator[tuple[int, int]]:
    """Yield where each group of pictures begins and ends; what is before the first key picture is in none."""
    yield from pairwise([*(number for number, each in enumerate(coded) if each.key), len(coded)])


def _trusted(group: Sequence[Coded]) -> tuple[int, int | None]:
    """Return how many packets of a group can be trusted, and before when they are shown.

    Pictures shown before the first one belong to the group before. The others are cut off where all that is kept is
    shown before all that is not.
    """
    own = [each.pts >= group[0].pts for each in group]
    wrong = [number for number, each in enumerate(group) if each.wrong and own[number]]
    if not wrong:
        return len(group), None
    after = min(each.pts for number, each in enumerate(group) if own[number] and number >= wrong[0])
    for length in range(wrong[0], 0, -1):
        if max(each.pts for each in group[:length]) < after:
            return length, after
        after = min(after, group[length - 1].pts) if own[length - 1] else after
    return 0, None
