"""AudioCaps: ten-second sounds of AudioSet, each with a caption, or five in the splits that models are judged on.

The captions are train.csv, val.csv and test.csv of https://github.com/cdjkim/audiocaps, for academic use. The sounds
are not among them: whoever has them puts them into the same folder, in sub-folders of any name. They are from videos on
YouTube, and belong to those who uploaded them. A sound goes by ``<youtube id>_<start>``, ``<youtube id>``,
``Y<youtube id>``, ``Y<youtube id>_<start>.000_<end>.000`` or its ``<audiocap id>``. Nothing is downloaded.

C. D. Kim, B. Kim, H. Lee, G. Kim: AudioCaps: Generating Captions for Audios in The Wild, NAACL 2019.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import DirectoryPath

import mmhub
from mmhub import Column, Lost, Recipe, Row, SourceError, Step
from mmhub.places.csv_records import csv_records
from mmhub.places.made import filled, made, with_columns
from mmhub.places.named_files import NamedFiles
from mmhub.places.records import Form, Record
from mmhub.places.spans import seconds
from mmhub.places.youtube import youtube_id

SPLITS = {"train": "train.csv", "validation": "val.csv", "test": "test.csv"}
CLIP_SECONDS = 10
_COLUMNS = ("audiocap_id", "youtube_id", "start_time", "caption")


class Options(mmhub.Options):
    """Where the captions and the sounds are."""

    data_dir: DirectoryPath
    """The folder that holds the three tables, and the sounds in it or below it."""


recipe = Recipe(
    name="audiocaps",
    summary="AudioCaps: ten-second sounds of AudioSet with captions that people wrote.",
    licence="other",
    homepage="https://audiocaps.github.io",
    fields={
        "audio": Column(modality="audio", required=True),
        "captions": Column(modality="text", many=True, required=True),
        "youtube_id": Column(modality="string"),
        "start_seconds": Column(modality="int64"),
    },
    steps=(
        Step("text/unicode"),
        Step("text/whitespace"),
        Step("text/length"),
        Step("audio/format"),
        # Longer is what has not been cut yet: captions are about ten seconds of it.
        Step("audio/duration", rules={"too-long": {"at_most": 15.0, "on": True}}),
        Step("audio/silence"),
        Step("audio/clipping"),
        Step("audio/clap", fields=("audio", "captions")),
        Step("align/similarity", fields=("audio", "captions")),
    ),
)


def rows(options: Options, folder: Path | None) -> Iterator[Row | Lost]:
    """Yield a row per sound, in the order of its first caption."""
    tables = {split: options.data_dir / name for split, name in SPLITS.items()}
    if not any(table.is_file() for table in tables.values()):
        raise SourceError(f"{str(options.data_dir)!r} holds no AudioCaps: expected {', '.join(SPLITS.values())}")
    files = NamedFiles(options.data_dir)
    for split, table in tables.items():
        if not table.is_file():
            continue
        sounds: dict[str, dict[str, Any]] = {}
        records = with_columns(table, _COLUMNS, csv_records(table, Form(delimiter=",")))
        for caption in made(records, _caption):
            if isinstance(caption, Lost):
                yield caption
            else:
                sound = sounds.setdefault(caption["sound"], {**caption, "captions": []})
                sound["captions"].append(caption["caption"])
        for sound in sounds.values():
            yield _row(sound, files, options.data_dir) | {"split": split}


def _caption(record: Record) -> Row:
    video_id = youtube_id(filled(record, "youtube_id"))
    start = int(seconds(record.values["start_time"], "the start"))
    return {
        "row_id": filled(record, "audiocap_id"),
        "sound": f"{video_id}_{start}",
        "youtube_id": video_id,
        "start": start,
        "caption": filled(record, "caption"),
    }


def _row(sound: dict[str, Any], files: NamedFiles, data_dir: Path) -> dict[str, Any]:
    video_id, start = sound["youtube_id"], sound["start"]
    end = start + CLIP_SECONDS
    long = f"Y{video_id}_{start}.000_{end}.000"
    names = (sound["sound"], f"{video_id}_{start * 1000}_{end * 1000}", long, video_id, f"Y{video_id}")
    audio = files.find("audio", (*names, sound["row_id"]))
    return {
        "row_id": sound["sound"],
        # A sound that is not there is looked for where it might be, and not found.
        "audio": audio or data_dir / "audio" / f"{sound['sound']}.wav",
        "captions": sound["captions"],
        "youtube_id": video_id,
        "start_seconds": start,
    }
