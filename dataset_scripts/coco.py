"""COCO 2017: photographs, each with about five captions.

Download train2017.zip, val2017.zip and annotations_trainval2017.zip from https://cocodataset.org/#download and
extract them into one folder; ``--data-dir`` points at it. Captions are under CC BY 4.0; each photograph has a
licence of its own, kept in ``licence`` with the page it came from in ``url``.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import DirectoryPath

import mmhub
from mmhub import Column, Recipe, Row, SourceError, Step


class Options(mmhub.Options):
    """Where the official files are."""

    data_dir: DirectoryPath
    """The folder that holds ``annotations/``, ``train2017/`` and ``val2017/``."""


SPLITS = {"train": "train2017", "validation": "val2017"}

recipe = Recipe(
    name="coco",
    summary="COCO 2017: photographs of everyday scenes, each with about five captions.",
    licence="cc-by-4.0",
    homepage="https://cocodataset.org",
    fields={
        "image": Column(modality="image", required=True),
        "captions": Column(modality="text", many=True, required=True),
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


def rows(options: Options, folder: Path | None) -> Iterator[Row]:
    """Yield a row per photograph that the caption files name, in their order."""
    folders = {split: options.data_dir / name for split, name in SPLITS.items() if _is_there(options.data_dir, name)}
    if not folders:
        raise SourceError(
            f"{str(options.data_dir)!r} holds no COCO: expected annotations/captions_train2017.json with train2017/, "
            "or the same for val2017, as the archives of https://cocodataset.org/#download have them"
        )
    for split, images in folders.items():
        yield from _split(options.data_dir / "annotations" / f"captions_{images.name}.json", images, split)


def _is_there(data_dir: Path, name: str) -> bool:
    """Say whether a split is there; one that is there by half is an error."""
    annotations, images = data_dir / "annotations" / f"captions_{name}.json", data_dir / name
    if annotations.exists() and not images.is_dir():
        raise SourceError(f"{str(annotations)!r} is there, but not the folder {str(images)!r} with its photographs")
    if images.is_dir() and not annotations.exists():
        raise SourceError(f"the folder {str(images)!r} is there, but not {str(annotations)!r} with its captions")
    return annotations.exists()


def _split(annotations: Path, images: Path, split: str) -> Iterator[Row]:
    content = _content(annotations)
    captions: dict[int, list[str]] = defaultdict(list)
    for annotation in sorted(content["annotations"], key=lambda each: each["id"]):
        captions[annotation["image_id"]].append(annotation["caption"])
    licences = {each["id"]: each["url"] for each in content.get("licenses", ())}
    for image in content["images"]:
        yield {
            "row_id": f"{image['id']:012d}",
            "split": split,
            "image": images / image["file_name"],
            "captions": captions[image["id"]],
            "licence": licences.get(image.get("license")),
            "url": image.get("flickr_url") or image.get("coco_url"),
        }


def _content(annotations: Path) -> dict[str, Any]:
    try:
        content = json.loads(annotations.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or not {"images", "annotations"} <= set(content):
            raise ValueError("it has no `images` and `annotations`")
    except (OSError, ValueError) as error:
        raise SourceError(f"{str(annotations)!r} is no COCO caption file: {error}") from error
    return content
