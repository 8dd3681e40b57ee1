"""Captured streams: pictures, sounds, films, notes and readings that devices took, joined on the clock they share.

Each file is called by its device and the time its first value was taken, in UTC: ``cam1_20260131T120000.250Z.jpg``.
The time may be parted, as in ``2026-01-31T12-00-00.250Z``, and come first. Files lie in sub-folders of any name. A CSV
file holds the readings of a sensor: a column ``time`` (or ``utc``, ``timestamp``) of such times, and
columns of numbers; its name needs no time. Clocks of devices are taken to agree.

A row is a file of the kind ``anchor``, by default a picture, with what is nearest to it in time of each other kind, and
the readings at that time. It is yours: nothing is downloaded, and no licence is assumed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
from pydantic import DirectoryPath, Field

import mmhub
from mmhub import Column, Lost, Recipe, Remark, Row, SourceError, Step
from mmhub.joining import join
from mmhub.places import texts
from mmhub.places.kinds import KINDS, Kind
from mmhub.places.remarks import some

from .files import NS_PER_SECOND, Capture, captures
from .sensors import Readings, readings


class Options(mmhub.Options):
    """Where the files are, what a row is made of, and how far apart what belongs together may be."""

    data_dir: DirectoryPath
    """The folder with the files."""
    anchor: Literal["image", "text", "audio", "video"] = "image"
    """The kind of file of which each makes a row."""
    tolerance_seconds: float = Field(default=1.0, ge=0)
    """How far in time from its row a file, or a reading, may be."""


recipe = Recipe(
    name="captured",
    summary="Pictures, sounds, films, notes and readings that devices took, joined on the clock they share.",
    licence="other",
    fields={
        "image": Column(modality="image", most_absent=1),
        "text": Column(modality="text", most_absent=1),
        "audio": Column(modality="audio", most_absent=1),
        "video": Column(modality="video", most_absent=1),
        "device": Column(modality="string"),
        "time_ns": Column(modality="int64"),
        "sensors": Column(modality="string", many=True),
        "readings": Column(modality="float64", many=True),
        **{f"{kind}_offset_seconds": Column(modality="float64") for kind in KINDS},
    },
    steps=(
        Step("text/unicode"),
        Step("text/length"),
        Step("image/size"),
        Step("image/exposure"),
        Step("image/sharpness"),
        Step("audio/duration"),
        Step("audio/silence"),
        Step("video/duration"),
        Step("video/resolution"),
        Step("image/clip", fields=("image", "text")),
        Step("audio/clap", fields=("audio",)),
    ),
)


def rows(options: Options, folder: Path | None) -> Iterator[Row | Lost | Remark]:
    """Yield a row for each file of the kind ``anchor``, by time."""
    unnamed: list[str] = []
    found = sorted(captures(options.data_dir, unnamed))
    anchors = [each for each in found if each.kind == options.anchor]
    if not anchors:
        raise SourceError(
            f"{str(options.data_dir)!r} holds no {options.anchor} called by device and time, as in "
            "cam1_20260131T120000.250Z.jpg; `--set source.anchor=KIND` takes another kind"
        )
    tolerance_ns = round(options.tolerance_seconds * NS_PER_SECOND)
    joined = pa.table({"time_ns": pa.array([each.time_ns for each in anchors], pa.int64())})
    others = {kind: [each for each in found if each.kind == kind] for kind in KINDS if kind != options.anchor}
    for kind, files in others.items():
        joined = join(joined, _places(kind, files), by="nearest", tolerance_ns=tolerance_ns)
    sensors: list[str] = []
    for sensor in readings(options.data_dir):
        if isinstance(sensor, Lost | Remark):
            yield sensor
        else:
            sensors.append(sensor.name)
            joined = join(joined, _samples(sensor), by="linear", tolerance_ns=tolerance_ns)
    met: dict[Kind, set[int]] = {kind: set() for kind in others}
    for anchor, near in zip(anchors, joined.to_pylist(), strict=True):
        for kind in others:
            met[kind].add(near[kind])
        yield _row(options, anchor, near, others, sensors)
    yield from _remarks(unnamed, others, met)


def _places(kind: Kind, files: list[Capture]) -> pa.Table:
    times = pa.array([each.time_ns for each in files], pa.int64())
    return pa.table({"time_ns": times, kind: pa.array(range(len(files)), pa.int64())})


def _samples(sensor: Readings) -> pa.Table:
    return pa.table({"time_ns": pa.array(sensor.times_ns, pa.int64()), sensor.name: pa.array(sensor.values)})


def _row(
    options: Options, anchor: Capture, near: dict[str, Any], others: dict[Kind, list[Capture]], sensors: list[str]
) -> Row:
    chosen: dict[str, Capture] = {options.anchor: anchor}
    chosen |= {kind: files[near[kind]] for kind, files in others.items() if near[kind] is not None}
    known = [name for name in sensors if near[name] is not None]
    row: dict[str, Any] = dict.fromkeys([*KINDS, *(f"{kind}_offset_seconds" for kind in KINDS)])
    for kind, file in chosen.items():
        path = str(options.data_dir / file.path)
        row[kind] = texts.content(path) if kind == "text" else path
        row[f"{kind}_offset_seconds"] = (file.time_ns - anchor.time_ns) / NS_PER_SECOND
    return {
        **row,
        "row_id": anchor.path.rpartition(".")[0],
        "device": anchor.device,
        "time_ns": anchor.time_ns,
        "sensors": known,
        "readings": [near[name] for name in known],
    }


def _remarks(unnamed: list[str], others: dict[Kind, list[Capture]], met: dict[Kind, set[int]]) -> Iterator[Remark]:
    if unnamed:
        yield Remark(f"{some(unnamed, 'file')} whose names hold no device and time in UTC: left out")
    for kind, files in others.items():
        alone = [each.path for place, each in enumerate(files) if place not in met[kind]]
        if alone:
            yield Remark(f"{some(alone, 'file')} of kind {kind} that is nearest to no row")
