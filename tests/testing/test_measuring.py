"""Operators that measure as none should, and what the contract says of them."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from breaking import NUMBER, broken, cleaner, gap_by_place

from mmhub import Aligner

MEASURING = "test_it_measures_the_facts_it_declares_of_each_value_alone"
CALLS = itertools.count()


def other_name(notes, options):
    return {"numbers": [note.number for note in notes]}


def too_short(notes, options):
    return {"number": [note.number for note in notes][1:]}


def not_a_number(notes, options):
    return {"number": np.full(len(notes), np.nan)}


def as_text(notes, options):
    return {"number": [str(note.number) for note in notes]}


def fractions(notes, options):
    return {"number": [note.number + 0.5 for note in notes]}


def against_the_largest(notes, options):
    return {"number": [note.number / max(each.number for each in notes) for note in notes]}


def by_place(notes, options):
    return {"number": [float(n) for n, _ in enumerate(notes)]}


def by_the_hour(notes, options):
    return {"number": [float(next(CALLS)) for _ in notes]}


def scribbling(notes, options):
    found = {"number": [note.number for note in notes]}
    for note in notes:
        object.__setattr__(note, "number", note.number + 1)
    return found


@pytest.mark.parametrize(
    ("measure", "sentence"),
    [
        (other_name, "'note/size' declares a fact 'number' and does not return it"),
        (other_name, "'note/size' returns a fact 'numbers' it does not declare"),
        (too_short, "'note/size': fact 'number' has 2 values for 3"),
        (not_a_number, "'note/size': fact 'number' is not a number (NaN): return None where there is no answer"),
        (as_text, "'note/size': fact 'number' is '12.0', a str: float64 is declared"),
        (against_the_largest, "'note/size' gives a value alone other facts than the same value among others"),
        (by_place, "'note/size' gives other facts when values come in another order"),
        (by_the_hour, "'note/size' gives other facts when it is asked again about the same values"),
    ],
)
def test_facts_are_as_declared_and_of_each_value_alone(measure, sentence):
    assert sentence in broken(MEASURING, cleaner(measure)).splitlines()


@pytest.mark.parametrize(
    ("dtype", "sentence"),
    [
        ("int64", "is 12.5, a float: int64 is declared"),
        ("bool", "is 12.5, a float: bool is declared"),
        ("string", "is 12.5, a float: string is declared"),
    ],
)
def test_facts_have_the_type_that_is_declared(dtype, sentence):
    message = broken(MEASURING, cleaner(fractions, facts=(replace(NUMBER, dtype=dtype),)))
    assert message == f"'note/size': fact 'number' {sentence}"


def test_measuring_leaves_a_value_as_it_was():
    message = broken("test_measuring_leaves_a_value_as_it_was", cleaner(scribbling))
    assert message.splitlines() == [
        "'note/size' changes the value it looks at: 'note/size' then finds other facts",
        "'note/size' changes the value it looks at: it is then encoded to other bytes",
    ]


def test_an_aligner_keeps_to_the_same():
    gap = Aligner(
        name="note/gap",
        version=1,
        modalities=(("note", "words"),),
        summary="A gap.",
        facts=(NUMBER,),
        measure=gap_by_place,
    )
    assert broken(MEASURING, gap).startswith("'note/gap' gives other facts when values come in another order")
