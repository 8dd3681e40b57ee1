"""A plugin for tests beside `mmhub_fakes`: what mends one field by another, and finds spans.

A note is mended by words to be as large as they are long, and words by a note to end in its number. Words may say
how that shall go wrong.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace

from mmhub_fakes import Note, gaps, tell

from mmhub import Aligner, Cleaner, Columns, Fact, Mended, Options, Rule, hookimpl


def fit(notes: Sequence[Note], texts: Sequence[str], options: Options) -> list[Mended]:
    tell(f"fit {len(notes)}")
    if any("crash" in text.split() for text in texts):
        os.abort()
    if any("raise" in text.split() for text in texts):
        raise ZeroDivisionError("asked to")
    return [_fitted(note, len(text)) for note, text in zip(notes, texts, strict=True)]


def _fitted(note: Note, length: int) -> Mended:
    by = length - note.number
    return Mended(replace(note, number=float(length)) if by else None, {"by": by})


def sign(texts: Sequence[str], notes: Sequence[Note], options: Options) -> list[str | None]:
    ends = [f" {note.number:g}" for note in notes]
    return [None if text.endswith(end) else text + end for text, end in zip(texts, ends, strict=True)]


def letters(texts: Sequence[str], notes: Sequence[Note], options: Options) -> Columns:
    return {"letters": [len(text) for text in texts]}


def spoken(texts: Sequence[str], options: Options) -> Columns:
    """Find words, a second each; the word ``wrong`` ends before it begins."""
    return {"words": [[_span(n, word) for n, word in enumerate(text.split())] or None for text in texts]}


def _span(n: int, word: str) -> dict[str, object]:
    start = n * 10**9
    return {"start": start, "end": start - 1 if word == "wrong" else start + 10**9, "text": word, "confidence": 0.5}


@hookimpl
def mmhub_cleaners() -> Iterable[Cleaner]:
    yield Cleaner(
        name="words/spoken",
        version=1,
        modality="words",
        summary="Words, one a second.",
        facts=(Fact(name="words", dtype="spans", summary="Words, with their times."),),
        measure=spoken,
    )


@hookimpl
def mmhub_aligners() -> Iterable[Aligner]:
    yield Aligner(
        name="note/fit",
        version=1,
        modalities=(("note", "words"),),
        summary="Makes a number as large as a text is long.",
        facts=(Fact(name="gap", dtype="float64", summary="What is left between them."),),
        measure=gaps,
        repair=fit,
        repair_facts=(Fact(name="by", dtype="float64", summary="What was added."),),
        rules=(Rule("by", reason="far-off", at_least=-100.0, at_most=100.0),),
    )
    yield Aligner(
        name="words/sign",
        version=1,
        modalities=(("words", "note"),),
        summary="Ends a text with a number.",
        facts=(Fact(name="letters", dtype="int64", summary="How long it is then."),),
        measure=letters,
        repair=sign,
    )
