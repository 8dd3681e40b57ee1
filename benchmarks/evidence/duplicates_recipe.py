"""The recipe by which planted copies of photographs are looked for: bytes, pixels, looks, vectors, and both splits."""

import json
from collections.abc import Iterator
from pathlib import Path

import mmhub
from mmhub import Column, Recipe, Row, Step


class Options(mmhub.Options):
    """Where the photographs are."""

    data_dir: Path
    """The folder with rows.jsonl and the files it names."""


recipe = Recipe(
    name="planted-duplicates",
    fields={"image": Column(modality="image", distinct=True)},
    steps=(
        Step("image/hash", rules={"near-duplicate": {"splits": "guarded"}}),
        Step(
            "image/clip",
            fields=("image",),
            options={"model": "mmhub_image:clip"},
            rules={"same-vector": {"fact": "vector", "at_least": 0.99}},
        ),
    ),
)


def rows(options: Options, folder: Path | None) -> Iterator[Row]:
    """Yield a row per line of rows.jsonl."""
    for line in (options.data_dir / "rows.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield {**row, "image": options.data_dir / row["image"]}
