"""Clotho: sounds of Freesound that last 15 to 30 seconds, each with five captions.

Download the captions, the metadata and the sounds of https://zenodo.org/records/4783391 and extract them into one
folder: ``clotho_captions_development.csv``, ``clotho_metadata_development.csv``, ``development/``, and so on for
``validation`` and ``evaluation``. The captions are under the licence of Tampere University, for use that is not
commercial; each sound has a licence of its own, kept in ``licence`` with where it came from. Nothing is downloaded.

K. Drossos, S. Lipping, T. Virtanen: Clotho: An Audio Captioning Dataset, ICASSP 2020.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from pydantic import DirectoryPath

import mmhub
from mmhub import Column, Lost, Recipe, Row, SourceError, Step
from mmhub.places.csv_records import csv_records
from mmhub.places.inside import Inside
from mmhub.places.made import filled, made, with_columns
from mmhub.places.records import Form, Record

SPLITS = {"train": "development", "validation": "validation", "test": "evaluation"}
_CAPTIONS = tuple(f"caption_{number}" for number in range(1, 6))


class Options(mmhub.Options):
    """Where the captions and the sounds are."""

    data_dir: DirectoryPath
    """The folder that holds the tables, and the folders with sounds."""


recipe = Recipe(
    name="clotho",
    summary="Clotho: sounds of 15 to 30 seconds, each with five captions.",
    licence="other",
    homepage="https://zenodo.org/records/4783391",
    fields={
        "audio": Column(modality="audio", required=True),
        "captions": Column(modality="text", many=True, required=True),
        "keywords": Column(modality="string"),
        "licence": Column(modality="string"),
        "url": Column(modality="string"),
    },
    steps=(
        Step("text/unicode"),
        Step("text/whitespace"),
        Step("text/length"),
        Step("audio/format"),
        Step("audio/duration"),
        Step("audio/silence"),
        Step("audio/clipping"),
        Step("audio/clap", fields=("audio", "captions")),
        Step("align/similarity", fields=("audio", "captions")),
    ),
)


def rows(options: Options, folder: Path | None) -> Iterator[Row | Lost]:
    """Yield a row per line of the tables of captions."""
    tables = {split: options.data_dir / f"clotho_captions_{name}.csv" for split, name in SPLITS.items()}
    if not any(table.is_file() for table in tables.values()):
        raise SourceError(f"{str(options.data_dir)!r} holds no Clotho: expected clotho_captions_development.csv")
    for split, table in tables.items():
        if table.is_file():
            yield from _split(options.data_dir, split, table)


def _split(data_dir: Path, split: str, table: Path) -> Iterator[Row | Lost]:
    name = SPLITS[split]
    places = (data_dir / each / name for each in ("", "clotho_audio_files"))
    sounds = next((place for place in places if place.is_dir()), data_dir / name)
    inside = Inside(sounds, sounds, anywhere=False)
    about = _metadata(data_dir / f"clotho_metadata_{name}.csv")
    records = with_columns(table, ("file_name", *_CAPTIONS), csv_records(table, Form(delimiter=",")))

    def make(record: Record) -> Row:
        file = filled(record, "file_name")
        found = about.get(file, {})
        return {
            "row_id": f"{name}/{file.removesuffix('.wav')}",
            "split": split,
            "audio": inside.path(file),
            "captions": [filled(record, each) for each in _CAPTIONS],
            "keywords": found.get("keywords"),
            "licence": found.get("license"),
            "url": found.get("sound_link"),
        }

    yield from made(records, make)


def _metadata(file: Path) -> dict[str, dict[str, str]]:
    """Return what the table of metadata says of each sound, where it is there; it is not in UTF-8."""
    if not file.is_file():
        return {}
    with file.open(encoding="cp1252", errors="replace", newline="") as stream:
        return {row["file_name"]: row for row in csv.DictReader(stream) if row.get("file_name")}
