"""A plugin for tests. A note is a file of words that say what it is and what shall happen to it.

``note 12`` is the number 12. ``torn``, ``crash``, ``hang``, ``exit`` and ``fail`` say how decoding ends;
``stumble`` crashes the first time, and is the number 50 the second;
``raise``, ``nan`` and ``short`` how measuring does. Words are texts, in which the same may be said.
"""

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from mmhub import (
    Aligner,
    Cleaner,
    Columns,
    Distinct,
    Encoder,
    Fact,
    Inputs,
    Media,
    Modality,
    Options,
    Row,
    Rule,
    Segment,
    Segmenter,
    Source,
    Undecodable,
    hookimpl,
)


@dataclass(frozen=True)
class Note:
    number: float
    words: tuple[str, ...] = ()


def tell(event: str) -> None:
    """Note an event in the file ``$MMHUB_FAKES_LOG``, whichever process this is."""
    place = os.environ.get("MMHUB_FAKES_LOG")
    if place:
        descriptor = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, f"{event}\n".encode())
        os.close(descriptor)


def _was_here(word: str) -> bool:
    """Return whether this is asked for the second time, whichever process asked first."""
    try:
        Path(f"{os.environ['MMHUB_FAKES_LOG']}.{word}").touch(exist_ok=False)
    except FileExistsError:
        return True
    return False


def decode(media: Media) -> Note:
    text = media.read().decode(errors="replace")
    tell(f"decode {text}")
    kind, *words = text.split() or [""]
    match kind:
        case "note" if words:
            return Note(float(words[0]), tuple(words[1:]))
        case "crash":
            os.abort()
        case "stumble" if not _was_here("stumble"):
            os.abort()
        case "stumble":
            return Note(50.0)
        case "exit":
            sys.exit(3)
        case "hang":
            time.sleep(600)
        case "fail":
            raise KeyError("no such thing")
    raise Undecodable("torn", "there is a hole in it")


def encode(note: Note) -> bytes:
    return " ".join(["note", f"{note.number:g}", *note.words]).encode()


def misbehave(words: Iterable[str]) -> float:
    """Return a fact that is out of place, or raise, as words demand."""
    if "raise" in words:
        raise ZeroDivisionError("asked to")
    return float("nan") if "nan" in words else 0.0


def numbers(notes: Sequence[Note], options: Options) -> Columns:
    tell(f"measure {len(notes)}")
    found = [note.number + misbehave(note.words) for note in notes]
    return {"number": found[:-1] if any("short" in note.words for note in notes) else found}


def absolute(notes: Sequence[Note], options: Options) -> list[Note | None]:
    return [replace(note, number=-note.number) if note.number < 0 else None for note in notes]


def marks(notes: Sequence[Note], options: Options) -> Columns:
    return {"mark": np.array([int(note.number) for note in notes], dtype=np.uint64)}


def lengths(texts: Sequence[str], options: Options) -> Columns:
    found = [len(text) + misbehave(text.split()) for text in texts]
    return {"length": found[:-1] if any("short" in text.split() for text in texts) else found}


class ScaleOptions(Options):
    factor: float = 1.0
    """What numbers are multiplied by."""


def view(note: Any, options: ScaleOptions, modality: str) -> float:
    return options.factor * (len(note) if isinstance(note, str) else note.number)


class Curve:
    """A vector of a number: its sine and cosine."""

    dim, batch_size = 2, 4

    def __init__(self, options: ScaleOptions, weights: None, device: str) -> None:
        pass

    def prepare(self, view: float, modality: str) -> Inputs:
        return {"number": np.array([view])}

    def bucket(self, inputs: Inputs, modality: str) -> int:
        return 0

    def forward(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        tell(f"forward {len(batch)}")
        angles = np.concatenate([inputs["number"] for inputs in batch])
        return np.stack([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


def gaps(lefts: Sequence[Note], rights: Sequence[str], options: Options) -> Columns:
    return {"gap": [abs(left.number - len(right)) for left, right in zip(lefts, rights, strict=True)]}


def lines(text: str, options: Options) -> list[Segment]:
    starts = [0, *(place + 1 for place, letter in enumerate(text) if letter == "\n")]
    return [Segment(start, start + len(line), line) for start, line in zip(starts, text.split("\n"), strict=True)]


class FolderOptions(Options):
    data_dir: Path
    """The folder with ``rows.jsonl`` and the files it names."""


def rows(options: FolderOptions, folder: Path | None) -> Iterator[Row]:
    for line in (options.data_dir / "rows.jsonl").read_text().splitlines():
        row = json.loads(line)
        if row.get("note"):
            row["note"] = options.data_dir / row["note"]
        yield row


def inline_rows(options: FolderOptions, folder: Path | None) -> Iterator[Row]:
    """Yield the same rows with the bytes of their notes."""
    for row in rows(options, folder):
        yield {**row, "note": row["note"].read_bytes()}


@hookimpl
def mmhub_modalities() -> Iterable[Modality]:
    yield Modality(name="note", version=1, summary="A number.", feature="Image", decode=decode, encode=encode)
    yield Modality(name="words", version=1, summary="A text.")


@hookimpl
def mmhub_sources() -> Iterable[Source]:
    yield Source(name="notes", version=1, summary="Notes in a folder.", options=FolderOptions, rows=rows)
    yield Source(name="notes-inline", version=1, summary="Their bytes.", options=FolderOptions, rows=inline_rows)


@hookimpl
def mmhub_cleaners() -> Iterable[Cleaner]:
    yield Cleaner(
        name="note/number",
        version=1,
        modality="note",
        summary="The number.",
        facts=(Fact(name="number", dtype="float64", summary="The number."),),
        measure=numbers,
        rules=(
            Rule("number", reason="too-small", at_least=10.0),
            Rule("number", reason="outlying", relative="std", at_most=3.0, on=False),
        ),
    )
    yield Cleaner(name="note/absolute", version=1, modality="note", summary="Drops the sign.", repair=absolute)
    yield Cleaner(
        name="note/marks",
        version=1,
        modality="note",
        summary="The number as a hash.",
        facts=(Fact(name="mark", dtype="uint64", summary="The number."),),
        measure=marks,
        rules=(Distinct("mark", reason="repeated"),),
    )
    yield Cleaner(
        name="words/length",
        version=1,
        modality="words",
        summary="The length.",
        facts=(Fact(name="length", dtype="float64", summary="Characters."),),
        measure=lengths,
        rules=(Rule("length", reason="too-long", at_most=1000.0),),
    )


@hookimpl
def mmhub_aligners() -> Iterable[Aligner]:
    yield Aligner(
        name="note/gap",
        version=1,
        modalities=(("note", "words"),),
        summary="How far a number is from the length of a text.",
        facts=(Fact(name="gap", dtype="float64", summary="Difference."),),
        measure=gaps,
    )


@hookimpl
def mmhub_segmenters() -> Iterable[Segmenter]:
    yield Segmenter(name="words/lines", version=1, modality="words", summary="Cuts at line ends.", cut=lines)


@hookimpl
def mmhub_encoders() -> Iterable[Encoder]:
    yield Encoder(
        name="note/curve",
        version=1,
        modalities=("note", "words"),
        summary="Sine and cosine.",
        options=ScaleOptions,
        view=view,
        load=Curve,
    )
