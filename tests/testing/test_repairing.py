"""Operators that repair as none should, and what the contract says of them."""

from dataclasses import replace

import pytest
from breaking import NOTE, aligner, broken, cleaner

from mmhub import Mended

REPAIRING = "test_what_it_has_repaired_needs_no_repair"


def increment(notes, options):
    return [replace(note, number=note.number + 1) for note in notes]


def round_once(notes, options):
    return [replace(note, number=note.number + 0.25) if note.number == int(note.number) else None for note in notes]


def encode_rounded(note):
    return f"note {int(note.number)}".encode()


def only_what_changed(notes, options):
    return [note for note in notes if note.number > 10]


def only_in_company(notes, options):
    return [replace(note, number=-1.0) if len(notes) > 1 and note.number > 20 else None for note in notes]


@pytest.mark.parametrize(
    ("repair", "sentence"),
    [
        (increment, "'note/size' repairs what it has just repaired once more: expected None for its own work"),
        (only_what_changed, "'note/size' returns 2 repairs of 3 values: expected None where all is well"),
        (only_in_company, "'note/size' repairs a value alone and not among others, or the other way round"),
    ],
)
def test_a_repair_is_of_one_value_and_done_once(repair, sentence):
    assert sentence in broken(REPAIRING, cleaner(None, (), repair=repair)).splitlines()


def test_a_repair_lasts_when_it_is_published():
    message = broken(REPAIRING, cleaner(None, (), repair=round_once), modality=replace(NOTE, encode=encode_rounded))
    assert message == (
        "'note/size' repairs what it repaired, once that is encoded once more: expected None for its own work"
    )


def test_a_repair_needs_a_modality_that_is_encoded():
    message = broken(REPAIRING, cleaner(None, (), repair=increment), modality=replace(NOTE, encode=None))
    assert message == "'note/size' repairs note, which has no `encode`: what it repairs could not be published"


def enlarge(lefts, rights, options):
    return [Mended(replace(left, number=left.number + 1), {}) for left in lefts]


def only_in_pairs(lefts, rights, options):
    return [replace(left, number=-1.0) if len(lefts) > 1 and left.number > 20 else None for left in lefts]


@pytest.mark.parametrize(
    ("repair", "sentence"),
    [
        (enlarge, "'note/fit' repairs what it has just repaired once more: expected None for its own work"),
        (only_in_pairs, "'note/fit' repairs a pair alone and not among others, or the other way round"),
    ],
)
def test_a_repair_of_pairs_keeps_to_the_same(repair, sentence):
    assert sentence in broken(REPAIRING, aligner(repair=repair)).splitlines()
