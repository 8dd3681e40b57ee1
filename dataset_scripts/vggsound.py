"""VGGSound: ten-second clips of YouTube videos, each with the one of 309 sounds that is heard and seen in it.

The annotations are vggsound.csv of https://www.robots.ox.ac.uk/~vgg/data/vggsound/, under CC BY 4.0. The clips are not
in it: whoever has them puts them into the same folder, in sub-folders of any name. They belong to those who uploaded
them, and are for research only. A clip goes by its official name, ``<id>_<start %06d>.mp4``, or by another in use:
``<id>_<start ms>_<end ms>``, ``<id>_<start>_<end>``, ``<id>_<start>``. Whole videos go by ``<id>``, where the option
``whole`` says that they are such; a recipe cuts the clips out of them by ``start_seconds``. Nothing is downloaded.

H. Chen, W. Xie, A. Vedaldi, A. Zisserman: VGGSound: A Large-Scale Audio-Visual Dataset, ICASSP 2020.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pydantic import DirectoryPath

import mmhub
from mmhub import Column, Lost, Recipe, Row, SourceError, Step
from mmhub.places.csv_records import csv_records
from mmhub.places.kinds import split_of_folder
from mmhub.places.made import filled, made
from mmhub.places.named_files import NamedFiles
from mmhub.places.records import Form, Record
from mmhub.places.spans import seconds
from mmhub.places.youtube import youtube_id

CLIP_SECONDS = 10
_FORM = Form(delimiter=",", columns=("youtube_id", "start", "label", "split"))


class Options(mmhub.Options):
    """Where the annotations and the clips are."""

    data_dir: DirectoryPath
    """The folder that holds ``vggsound.csv``, and the clips in it or below it."""
    whole: bool = False
    """Whether the files are whole videos, each called by its id, out of which the recipe cuts the clips."""


recipe = Recipe(
    name="vggsound",
    summary="VGGSound: ten-second clips of videos, each with the one of 309 sounds that is heard and seen in it.",
    licence="cc-by-4.0",
    homepage="https://www.robots.ox.ac.uk/~vgg/data/vggsound/",
    fields={
        "video": Column(modality="video"),
        "audio": Column(modality="audio", most_absent=1),
        "label": Column(modality="string", required=True),
        "youtube_id": Column(modality="string"),
        "start_seconds": Column(modality="int64"),
    },
    steps=(
        Step("video/duration"),
        Step("video/resolution"),
        Step("video/frame-rate"),
        Step("video/frozen"),
        Step("video/sound", rules={"no-sound": True}),
        Step("video/sound-silence"),
        Step("audio/duration"),
        Step("audio/silence"),
        Step("audio/clipping"),
        Step("video/frames"),
        Step("audio/clap"),
    ),
)


def rows(options: Options, folder: Path | None) -> Iterator[Row | Lost]:
    """Yield a row for each line of the annotations; ids of videos occur again, with another start."""
    table = options.data_dir / "vggsound.csv"
    if not table.is_file():
        raise SourceError(f"there is no {str(table)!r}: expected the annotations of VGGSound, as `docs/datasets` says")
    yield from made(csv_records(table, _FORM), partial(_row, options, NamedFiles(options.data_dir)))


def _row(options: Options, files: NamedFiles, record: Record) -> Row:
    video_id = youtube_id(filled(record, "youtube_id"))
    start = seconds(record.values["start"], "the start")
    if not start.is_integer():
        raise ValueError(f"the start is {start:g}: expected a whole number of seconds")
    names = (video_id,) if options.whole else _names(video_id, int(start))
    video, audio = files.find("video", names), files.find("audio", names)
    return {
        "row_id": f"{video_id}_{int(start):06d}",
        "split": _split(filled(record, "split")),
        # What is not there is looked for where it might be, and not found.
        "video": video if video or audio else options.data_dir / "video" / f"{names[0]}.mp4",
        "audio": audio,
        "label": filled(record, "label"),
        "youtube_id": video_id,
        "start_seconds": int(start),
    }


def _split(name: str) -> str:
    split = split_of_folder(name)
    if split is None:
        raise ValueError(f"the split is {name!r}: expected train or test")
    return split


def _names(video_id: str, start: int) -> tuple[str, ...]:
    """Return what a clip may be called, first its official name."""
    end = start + CLIP_SECONDS
    return (
        f"{video_id}_{start:06d}",
        f"{video_id}_{start * 1000}_{end * 1000}",
        f"{video_id}_{start}_{end}",
        f"{video_id}_{start}",
    )
