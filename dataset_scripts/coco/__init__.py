"""COCO 2017: photographs, each with about five captions, and boxes round the things on it.

Download train2017.zip, val2017.zip and annotations_trainval2017.zip from https://cocodataset.org/#download into one
folder; ``--data-dir`` points at it. The archives are read where they lie, and may as well be extracted there.
Annotations are under CC BY 4.0; each photograph has a licence of its own, kept in ``licence`` with the page it came
from in ``url``.
"""

from collections.abc import Iterator
from pathlib import Path

from pydantic import DirectoryPath, Field

import mmhub
from mmhub import Column, Lost, Recipe, Remark, Row, SourceError, Step
from mmhub.places.archive import MOST_UNPACKED_GB

from .annotations import annotations
from .index import Index
from .photographs import Photographs, photographs_of

SPLITS = {"train": "train2017", "validation": "val2017"}


class Options(mmhub.Options):
    """Where the official files are."""

    data_dir: DirectoryPath
    """The folder that holds the archives, or ``annotations/``, ``train2017/`` and ``val2017/``."""
    most_unpacked_gb: float = Field(default=MOST_UNPACKED_GB, gt=0)
    """How large what is packed in an archive may become; one that becomes larger is an error."""


recipe = Recipe(
    name="coco",
    summary="COCO 2017: photographs of everyday scenes, each with about five captions and boxes round things.",
    licence="cc-by-4.0",
    homepage="https://cocodataset.org",
    fields={
        "image": Column(modality="image", required=True),
        "captions": Column(modality="text", many=True, required=True),
        "boxes": Column(modality="float64", many=True, length=4),
        "categories": Column(modality="string", many=True),
        "crowds": Column(modality="bool", many=True),
        "licence": Column(modality="string"),
        "url": Column(modality="string"),
    },
    steps=(
        Step("text/unicode"),
        Step("text/whitespace"),
        Step("text/length"),
        Step("image/size"),
        Step("image/sharpness"),
        Step("image/noise"),
        Step("image/exposure"),
        Step("image/hash"),
        Step("image/clip", fields=("image", "captions")),
        Step("align/similarity", fields=("image", "captions")),
    ),
)


def generate(options: Options, folder: Path) -> None:
    """Leave the folder empty, for photographs that are packed in an archive to be unpacked into."""


def rows(options: Options, folder: Path | None) -> Iterator[Row | Lost | Remark]:
    """Yield a row per photograph that the caption files name, in their order.

    A box is x, y, width and height in pixels; ``boxes``, ``categories`` and ``crowds`` go together.
    """
    most_bytes = int(options.most_unpacked_gb * (1 << 30))
    found = _found(options.data_dir)
    for split, name in found.items():
        with Index() as index:
            photographs = Photographs(options.data_dir, name, folder, index, most_bytes=most_bytes)
            yield from index.read_captions(annotations(options.data_dir, f"captions_{name}.json", most_bytes))
            yield from index.read_instances(annotations(options.data_dir, f"instances_{name}.json", most_bytes))
            for row in index.rows():
                yield {**row, "split": split, "image": photographs.value(row["image"])}
            yield from index.remarks()
            yield from photographs.remarks()


def _found(data_dir: Path) -> dict[str, str]:
    """Return the splits whose photographs are there; raise SourceError where one lacks captions, or there is none."""
    found = {split: name for split, name in SPLITS.items() if photographs_of(data_dir, name)}
    captions = {name: annotations(data_dir, f"captions_{name}.json") for name in SPLITS.values()}
    for name in found.values():
        if captions[name] is None:
            place = data_dir / "annotations" / f"captions_{name}.json"
            raise SourceError(f"the photographs of {name!r} are there, but not {str(place)!r} with their captions")
    if not found:
        there = ", ".join(str(each) for each in captions.values() if each) or "neither"
        raise SourceError(
            f"{str(data_dir)!r} holds no COCO: expected annotations_trainval2017.zip with train2017.zip or "
            f"val2017.zip, as https://cocodataset.org/#download has them, or what they hold; of both, there is {there}"
        )
    return found
