"""Rolling captions are told once: no word is lost, and no cue is shown when the next begins."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmhub_speech import Cue, unrolled

SECOND = 1_000_000_000
FLASH = 10_000_000
LINES = ["well hello there", "and welcome", "to the the kitchen", "today we cut", "cut onions and", "onions"]


def of_youtube(lines: list[str]) -> list[Cue]:
    """Each line under the one before it for two seconds, and alone for ten milliseconds."""
    cues = []
    for place, line in enumerate(lines):
        start = 2 * place * SECOND
        above = f"{lines[place - 1]}\n" if place else " \n"
        cues.append(Cue(start, start + 2 * SECOND - FLASH, above + line))
        cues.append(Cue(start + 2 * SECOND - FLASH, start + 2 * SECOND, line + "\n "))
    return cues


def in_one_line(lines: list[str]) -> list[Cue]:
    return [
        Cue(2 * place * SECOND, 2 * (place + 1) * SECOND, f"{lines[place - 1]} {line}" if place else line)
        for place, line in enumerate(lines)
    ]


def by_words(lines: list[str], carried: int = 2) -> list[Cue]:
    words = " ".join(lines).split()
    starts = range(0, len(words), 4)
    return [Cue(at * SECOND, (at + 4) * SECOND, " ".join(words[max(0, at - carried) : at + 4])) for at in starts]


def still_shown(lines: list[str]) -> list[Cue]:
    return [Cue(2 * place * SECOND, (2 * place + 5) * SECOND, line) for place, line in enumerate(lines)]


def words_of(cues) -> list[str]:
    return [word for cue in cues for word in cue.text.split()]


def follow(cues) -> bool:
    return all(one.end_ns <= other.start_ns for one, other in pairwise(cues))


@pytest.mark.parametrize("shown", [of_youtube, in_one_line, by_words, still_shown])
def test_every_word_is_told_once_and_when_it_came(shown):
    told = unrolled(shown(LINES))
    assert words_of(told) == " ".join(LINES).split()
    assert follow(told)


def test_lines_come_out_as_they_went_in():
    told = unrolled(of_youtube(LINES))
    assert [cue.text for cue in told] == LINES
    assert [cue.start_ns for cue in told] == [2 * place * SECOND for place in range(len(LINES))]
    assert told[-1].end_ns == 2 * len(LINES) * SECOND


@given(st.lists(st.lists(st.sampled_from(["no", "yes", "cut"]), min_size=1, max_size=4).map(" ".join), min_size=2))
def test_lines_that_are_said_twice_stay_twice(lines):
    told = unrolled(of_youtube(lines))
    assert words_of(told) == " ".join(lines).split()
    assert follow(told)


def test_captions_that_do_not_roll_keep_what_is_said_twice():
    cues = tuple(
        Cue(place * SECOND, (place + 1) * SECOND, text)
        for place, text in enumerate(["come on", "come on", "we go", "go home", "now", "and sleep"])
    )
    assert unrolled(cues) == cues


def test_a_whole_cue_that_comes_twice_makes_no_few_captions_rolling_ones():
    cues = (Cue(0, 5 * SECOND, "come on"), Cue(2 * SECOND, 7 * SECOND, "come on"), Cue(4 * SECOND, 8 * SECOND, "now"))
    assert [cue.text for cue in unrolled(cues)] == ["come on", "come on", "now"]


def test_cues_that_begin_together_become_one():
    told = unrolled([Cue(0, 3, "- Who?"), Cue(0, 2, "- You."), Cue(2, 5, "- Me?"), Cue(2, 5, "- Me?")])
    assert told == (Cue(0, 2, "- Who?\n- You."), Cue(2, 5, "- Me?"))


def test_no_cues_are_no_cues():
    assert unrolled([]) == ()
    assert unrolled([Cue(0, 1, " \n")]) == ()
