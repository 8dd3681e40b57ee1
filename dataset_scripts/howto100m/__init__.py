"""HowTo100M: clips of narrated instructional videos, each with what is said in it.

The annotations are HowTo100M_v1.csv with raw_caption.json (as spoken) or caption.json (without stop words) of
https://www.di.ens.fr/willow/research/howto100m/, or howto100m_captions/, a CSV file for each video. The videos are not
among them: whoever has them puts them into the same folder, in sub-folders of any name, each called ``<video id>.mp4``,
``.webm`` or ``.mkv``. They belong to those who uploaded them, and are for research only. Nothing is downloaded.

Captions that roll, as YouTube's do, are told once. A row of the source is a video with all of its captions; it is cut
into clips ``<video id>#<n>``, each with its text and from when to when it is said. A video without captions stays
whole, and is a row without a text.

A. Miech et al.: HowTo100M: Learning a Text-Video Embedding by Watching Hundred Million Narrated Video Clips, ICCV 2019.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import DirectoryPath

import mmhub
from mmhub import Column, Lost, Recipe, Row, SourceError, Step
from mmhub.places.csv_records import csv_records
from mmhub.places.made import filled, made, with_columns
from mmhub.places.named_files import NamedFiles
from mmhub.places.records import Form, Record
from mmhub.places.youtube import youtube_id

from .captions import FORMS, Clip, captioned, clips

_COLUMNS = ("video_id", "category_1", "category_2", "rank", "task_id")


class Options(mmhub.Options):
    """Where the annotations and the videos are, and which captions are taken."""

    data_dir: DirectoryPath
    """The folder that holds the annotations, and the videos in it or below it."""
    captions: Literal["raw_caption.json", "caption.json", "howto100m_captions"] | None = None
    """The captions to be read; by default the first of these three that is there."""


recipe = Recipe(
    name="howto100m",
    summary="HowTo100M: clips of narrated instructional videos, each with what is said in it.",
    licence="other",
    homepage="https://www.di.ens.fr/willow/research/howto100m/",
    fields={
        "video": Column(modality="video", required=True),
        "text": Column(modality="text", required=True),
        "start_seconds": Column(modality="float64", most_absent=1),
        "end_seconds": Column(modality="float64", most_absent=1),
        "clip_start_seconds": Column(modality="float64", most_absent=1),
        "video_id": Column(modality="string"),
        "category_1": Column(modality="string"),
        "category_2": Column(modality="string"),
        "rank": Column(modality="int64"),
        "task_id": Column(modality="int64"),
        "task": Column(modality="string"),
    },
    segment=Step("video/cut-by-span", options={"each": ["text"], "begin": "clip_start_seconds"}),
    steps=(
        Step("text/unicode"),
        Step("text/whitespace"),
        Step("text/length"),
        Step("video/duration"),
        Step("video/resolution"),
        Step("video/frame-rate"),
        Step("video/frames", fields=("video", "text")),
    ),
)


def rows(options: Options, folder: Path | None) -> Iterator[Row | Lost]:
    """Yield a row per video in the order of the captions, then one per video of the list that has none."""
    place = _captions_in(options)
    files = NamedFiles(options.data_dir)
    listed: dict[str, Row] = {}
    for about in _videos(options.data_dir):
        if isinstance(about, Lost):
            yield about
        else:
            listed[about["row_id"]] = about
    told = set()
    for video in captioned(place):
        if isinstance(video, Lost):
            yield video
            continue
        told.add(video.video_id)
        yield from video.lost
        yield _row(video.video_id, clips(video), listed, files, options.data_dir)
    for video_id in listed:
        if video_id not in told:
            yield _row(video_id, [], listed, files, options.data_dir)


def _row(video_id: str, held: list[Clip], listed: dict[str, Row], files: NamedFiles, data_dir: Path) -> Row:
    nothing = dict.fromkeys(("category_1", "category_2", "rank", "task_id", "task"))
    return {
        **nothing,
        **listed.get(video_id, {}),
        "row_id": video_id,
        "video_id": video_id,
        # A video that is not there is looked for where it might be, and not found.
        "video": files.find("video", [video_id]) or data_dir / "videos" / f"{video_id}.mp4",
        "text": [clip.text for clip in held],
        "start_seconds": [clip.start_seconds for clip in held],
        "end_seconds": [clip.end_seconds for clip in held],
    }


def _captions_in(options: Options) -> Path:
    wanted = (options.captions,) if options.captions else FORMS
    found = [options.data_dir / name for name in wanted if (options.data_dir / name).exists()]
    if not found:
        raise SourceError(f"{str(options.data_dir)!r} holds no captions of HowTo100M: expected {' or '.join(wanted)}")
    return found[0]


def _videos(data_dir: Path) -> Iterator[Row | Lost]:
    """Yield what the list of videos says of each, where there is one."""
    table = data_dir / "HowTo100M_v1.csv"
    if table.is_file():
        records = with_columns(table, _COLUMNS, csv_records(table, Form(delimiter=",")))
        tasks = _tasks(data_dir / "task_ids.csv")
        yield from made(records, lambda record: _video(record, tasks))


def _video(record: Record, tasks: dict[int, str]) -> Row:
    task = _whole(record, "task_id")
    return {
        "row_id": youtube_id(filled(record, "video_id")),
        "category_1": record.values["category_1"],
        "category_2": record.values["category_2"],
        "rank": _whole(record, "rank"),
        "task_id": task,
        "task": tasks.get(task) if task is not None else None,
    }


def _whole(record: Record, name: str) -> int | None:
    value = record.values[name]
    if value is not None and not value.isdecimal():
        raise ValueError(f"{name} is {value!r}: expected a whole number")
    return None if value is None else int(value)


def _tasks(file: Path) -> dict[int, str]:
    """Return the names of tasks by their numbers, where they are there; a line without a number names none."""
    if not file.is_file():
        return {}
    lines = (line.replace(",", "\t", "\t" not in line) for line in file.read_text("utf-8-sig", "replace").splitlines())
    parts = (line.partition("\t") for line in lines)
    return {int(number): name.strip() for number, _, name in parts if number.strip().isdecimal()}
