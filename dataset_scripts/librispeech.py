"""LibriSpeech: sentences read aloud in English from books of LibriVox, each with its words.

Download the archives of https://www.openslr.org/12 and extract them: they make one folder ``LibriSpeech/`` with a
folder for each subset, such as ``dev-clean``. A corpus in the same layout is read alike. Under CC BY 4.0. Nothing is
downloaded.

V. Panayotov et al.: LibriSpeech: an ASR corpus based on public domain audio books, ICASSP 2015.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import DirectoryPath

import mmhub
from mmhub import Column, Lost, Recipe, Row, SourceError, Step
from mmhub.places.kinds import split_of_folder
from mmhub.places.lines import is_utf8, lines
from mmhub.places.made import made
from mmhub.places.records import Record

_ID = re.compile(r"(\d+)-(\d+)-\d+")
_SOUNDS = (".flac", ".wav")


class Options(mmhub.Options):
    """Where the corpus is."""

    data_dir: DirectoryPath
    """The folder ``LibriSpeech``, or the one that holds it."""


recipe = Recipe(
    name="librispeech",
    summary="LibriSpeech: sentences read aloud in English from books of LibriVox, each with its words.",
    licence="cc-by-4.0",
    homepage="https://www.openslr.org/12",
    fields={
        "speech": Column(modality="audio", required=True),
        "transcript": Column(modality="text", required=True),
        "speaker": Column(modality="int64"),
        "sex": Column(modality="string"),
        "chapter": Column(modality="int64"),
        "subset": Column(modality="string"),
    },
    steps=(
        Step("text/length"),
        Step("audio/format"),
        Step("audio/duration"),
        Step("audio/silence"),
        Step("audio/clipping"),
        Step("audio/speech"),
        Step("audio/transformer"),
        Step("text/transformer"),
    ),
)


def rows(options: Options, folder: Path | None) -> Iterator[Row | Lost]:
    """Yield a row for each line of the transcripts, subset by subset."""
    inner = options.data_dir / "LibriSpeech"
    root = inner if inner.is_dir() else options.data_dir
    files = sorted(root.glob("*/*/*/[!.]*.trans.txt"))
    if not files:
        raise SourceError(f"{str(root)!r} holds no LibriSpeech: expected subset/speaker/chapter/*.trans.txt")
    sexes = _sexes(root / "SPEAKERS.TXT")
    yield from made(_sentences(files), lambda record: _row(record, sexes))


def _sentences(files: list[Path]) -> Iterator[Record | Lost]:
    for file in files:
        for number, line in lines(file):
            place = f"{file.name}:{number}"
            if not is_utf8(line):
                yield Lost(place, "malformed", f"{place}: it is not UTF-8")
            elif line.strip():
                yield Record(place, {"file": file, "line": line.strip()})


def _row(record: Record, sexes: dict[str, str]) -> Row:
    file = record.values["file"]
    row_id, _, transcript = record.values["line"].partition(" ")
    found = _ID.fullmatch(row_id)
    if not found or not transcript:
        raise ValueError(f"expected speaker-chapter-number and words, found {record.values['line']!r}")
    subset = file.parents[2].name
    sounds = [file.parent / f"{row_id}{ending}" for ending in _SOUNDS]
    return {
        "row_id": row_id,
        "split": split_of_folder(subset.partition("-")[0]) or subset,
        "speech": next((sound for sound in sounds if sound.exists()), sounds[0]),
        "transcript": transcript,
        "speaker": int(found[1]),
        "sex": sexes.get(found[1]),
        "chapter": int(found[2]),
        "subset": subset,
    }


def _sexes(file: Path) -> dict[str, str]:
    """Return the sex of each speaker, F or M, as the official table has it; of none where it is not there."""
    if not file.is_file():
        return {}
    parts = (line.split("|") for _, line in lines(file) if not line.startswith(";"))
    return {part[0].strip(): part[1].strip() for part in parts if len(part) > 1}
