"""Flickr8k: photographs of people and animals doing things, each with five captions.

The photographs (``Flicker8k_Dataset/``) and captions (``Flickr8k_text/``) are given out by the University of Illinois
to those who ask, for research and teaching that is not commercial: https://hockenmaier.cs.illinois.edu/8k-pictures.html.
The photographs belong to those who put them on Flickr. ``dataset_flickr8k.json``, the captions with the splits of
A. Karpathy, is read in place of the others where it is there. Nothing is downloaded.

M. Hodosh, P. Young, J. Hockenmaier: Framing Image Description as a Ranking Task, JAIR 2013.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import DirectoryPath

import mmhub
from mmhub import Column, Lost, Recipe, Row, SourceError, Step, Undecodable
from mmhub.places.inside import Inside
from mmhub.places.json_stream import Item, json_items
from mmhub.places.kinds import split_of_folder
from mmhub.places.lines import is_utf8, lines

TOKENS = ("Flickr8k.token.txt", "results_20130124.token")
KARPATHY = ("dataset_flickr8k.json", "dataset_flickr30k.json")
LISTS = {
    "train": "Flickr_8k.trainImages.txt",
    "validation": "Flickr_8k.devImages.txt",
    "test": "Flickr_8k.testImages.txt",
}
_IMAGES = ("Flicker8k_Dataset", "Flickr8k_Dataset", "flickr30k-images", "flickr30k_images", "Images", "images")
_TEXTS = ("", "Flickr8k_text")


class Options(mmhub.Options):
    """Where the files are, and which of the annotations are taken."""

    data_dir: DirectoryPath
    """The folder that holds those of the photographs and of the captions."""
    annotations: Literal["karpathy", "token"] | None = None
    """The JSON file with Karpathy's splits, or the official token file; by default the first of these that is there."""


recipe = Recipe(
    name="flickr8k",
    summary="Flickr8k: photographs of people and animals doing things, each with five captions.",
    licence="other",
    homepage="https://hockenmaier.cs.illinois.edu/8k-pictures.html",
    fields={
        "image": Column(modality="image", required=True),
        "captions": Column(modality="text", many=True, required=True),
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


def rows(options: Options, folder: Path | None) -> Iterator[Row | Lost]:
    """Yield a row per photograph that the captions name, in the order of its first."""
    images = next((options.data_dir / name for name in _IMAGES if (options.data_dir / name).is_dir()), options.data_dir)
    inside = Inside(images, images, anywhere=False)
    karpathy, tokens = (_found(options.data_dir, names) for names in (KARPATHY, TOKENS))
    if karpathy and options.annotations != "token":
        yield from _karpathy(karpathy, inside)
    elif tokens and options.annotations != "karpathy":
        yield from _tokens(tokens, inside)
    else:
        names = {"karpathy": KARPATHY, "token": TOKENS, None: KARPATHY + TOKENS}[options.annotations]
        raise SourceError(f"{str(options.data_dir)!r} holds no captions of Flickr: expected {' or '.join(names)}")


def _found(data_dir: Path, names: tuple[str, ...]) -> Path | None:
    places = (data_dir / part / name for name in names for part in _TEXTS)
    return next((place for place in places if place.is_file()), None)


def _karpathy(file: Path, inside: Inside) -> Iterator[Row | Lost]:
    seen = set()
    with file.open("rb") as stream:
        for item in json_items(stream, file.name):
            if item.key != "images" or item.number is None:
                continue
            try:
                row = _photograph(item, inside)
            except (KeyError, TypeError, ValueError) as error:
                problem = f"it has no {error}" if isinstance(error, KeyError) else error
                yield Lost(item.place, "malformed", f"{item.place}: {problem}")
                continue
            if row["row_id"] in seen:
                yield Lost(item.place, "duplicate", f"{item.place}: {row['row_id']!r} was there before")
            else:
                seen.add(row["row_id"])
                yield row


def _photograph(item: Item, inside: Inside) -> Row:
    value = item.value
    if isinstance(value, Undecodable):
        raise ValueError(value.message)
    name, split = value["filename"], split_of_folder(value["split"])
    if split is None:
        raise ValueError(f"the split is {value['split']!r}: expected train, val or test")
    captions = [sentence["raw"] for sentence in value["sentences"]]
    return {"row_id": Path(name).stem, "split": split, "image": inside.path(name), "captions": captions}


def _tokens(file: Path, inside: Inside) -> Iterator[Row | Lost]:
    captions: dict[str, dict[str, str]] = {}
    for number, line in lines(file):
        place = f"{file.name}:{number}"
        name, caption, problem = _token(line)
        if problem:
            yield Lost(place, "malformed", f"{place}: {problem}")
        elif name:
            image, _, which = name.rpartition("#")
            if which in captions.setdefault(image, {}):
                yield Lost(place, "duplicate", f"{place}: there is a caption {name!r} before")
            captions[image].setdefault(which, caption)
    splits = _splits(file.parent)
    for image, found in captions.items():
        yield {
            "row_id": Path(image).stem,
            # Photographs that are in none of the lists are no part of the experiments that were published.
            "split": splits.get(image, "rest") if splits else "train",
            "image": inside.path(image),
            "captions": list(found.values()),
        }


def _token(line: str) -> tuple[str, str, str]:
    """Return the name and text of a caption, and what is wrong with its line."""
    text = line.rstrip("\r\n")
    name, tab, caption = text.partition("\t")
    if text and not is_utf8(text):
        return "", "", "it is not UTF-8"
    if text and not (tab and name.rpartition("#")[0] and name.rpartition("#")[2].isdecimal()):
        return "", "", f"expected image#number, a tab and a caption, found {text!r}"
    return name, caption, ""


def _splits(folder: Path) -> dict[str, Any]:
    """Return the split of each photograph by the official lists, where they are there."""
    found: dict[str, str] = {}
    for split, name in LISTS.items():
        if (folder / name).is_file():
            found |= {line.strip(): split for _, line in lines(folder / name) if line.strip()}
    return found
