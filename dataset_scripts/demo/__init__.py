"""A generated dataset with defects of every kind, whose truth is known: what a first `mmhub build demo` builds.

Coloured shapes with captions, sounds with captions, and short films with subtitles, all drawn from one seed.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import Field

import mmhub
from mmhub import Column, Recipe, Step

from .contents import draw_contents
from .defects import plant
from .making import MEDIA_FIELDS, make_row, planted_truth

VERSION = 1
"""The version of the generator: counted up whenever the same seed gives other files."""
MISMATCHED: dict[str, Any] = {"mismatched": {"at_least": -7.0}}
"""On fresh seeds, seven deviations below the median let no swapped caption pass and cost at most 0.3 % of the others;
the four that are the aligner's default cost up to 2 %."""
_ROWS, _TRUTH = "rows.jsonl", "truth.jsonl"


class Options(mmhub.Options):
    """How much is generated, and from which seed."""

    seed: int = Field(default=2026, ge=0)
    """What all randomness is drawn from: the same seed gives the same files."""
    rows: int = Field(default=1500, ge=100, le=1_000_000)
    """How many rows there are, those with defects among them."""


recipe = Recipe(
    name="demo",
    summary="Generated pictures, sounds and short films with captions, and defects whose truth is known.",
    licence="cc0-1.0",
    fields={
        # A row is of one kind, and lacks the others on purpose.
        "image": Column(modality="image", most_absent=1),
        "audio": Column(modality="audio", most_absent=1),
        "video": Column(modality="video", most_absent=1),
        "caption": Column(modality="text", most_absent=1),
        "subtitles": Column(modality="text", most_absent=1),
    },
    steps=(
        Step("image/orientation"),
        Step("text/unicode", fields="caption"),
        Step("text/whitespace", fields="caption"),
        Step("text/length", fields="caption"),
        Step("image/size"),
        Step("image/sharpness"),
        # Drawn surfaces are grainier than photographed ones.
        Step("image/noise", rules={"noisy": {"at_most": 15}}),
        Step("image/exposure"),
        # What was planted is the copy, in whichever split it is.
        Step("image/hash", rules={"exact-duplicate": {"gives_way": ()}, "near-duplicate": {"gives_way": ()}}),
        Step("audio/duration"),
        Step("audio/silence"),
        Step("audio/clipping"),
        Step("video/duration"),
        Step("video/resolution"),
        Step("video/frame-rate"),
        Step("video/sound", rules={"no-sound": True}),
        # The small models that come with the plugins were trained on data like this: nothing is downloaded.
        Step("text/transformer", fields="caption", options={"model": "mmhub_text:bert", "pooling": "mean"}),
        Step("image/clip", fields=("image", "caption"), options={"model": "mmhub_image:clip"}),
        Step("audio/clap", fields=("audio", "caption"), options={"model": "mmhub_audio:clap"}),
        Step("video/frames", fields=("video", "caption"), options={"model": "mmhub_image:clip"}),
        Step("align/similarity", name="align/seen", fields=("image", "caption"), rules=MISMATCHED),
        Step("align/similarity", name="align/heard", fields=("audio", "caption"), rules=MISMATCHED),
        Step("align/similarity", name="align/filmed", fields=("video", "caption"), rules=MISMATCHED),
    ),
)


def generate(options: Options, folder: Path) -> None:
    """Write all files, the rows, and the truth about their defects into ``folder``."""
    contents = draw_contents(options.seed, options.rows)
    plants = plant(contents, options.seed)
    made = (make_row(content, plants.get(content.row_id), folder) for content in contents)
    _write(folder / _ROWS, made)
    _write(folder / _TRUTH, planted_truth(plants))


def rows(options: Options, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows that were generated into ``folder``."""
    for row in _read(folder / _ROWS):
        media = {field: str(folder / row[field]) for field in MEDIA_FIELDS.values() if row[field] is not None}
        yield {**row, **media}


def planted(options: Options, folder: Path) -> Iterator[mmhub.Planted]:
    """Yield the defects that were planted."""
    for truth in _read(folder / _TRUTH):
        yield mmhub.Planted(truth["row_id"], truth["defect"], tuple(truth["caught_as"]))


def _write(path: Path, rows: Any) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)
