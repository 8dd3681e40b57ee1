"""The curation that benchmarks/curation.py times: repair, length, shape, sharpness, noise, exposure, duplicates."""

import json
from collections.abc import Iterator
from pathlib import Path

import mmhub
from mmhub import Column, Recipe, Row, Step


class Options(mmhub.Options):
    """Where the corpus is."""

    data_dir: Path
    """The folder with captions.jsonl, as baselines/make_corpus.py writes it."""


recipe = Recipe(
    name="curation",
    fields={"image": Column(modality="image", required=True), "text": Column(modality="text", required=True)},
    steps=(
        Step("text/unicode"),
        Step("text/whitespace"),
        Step("text/length", rules={"short": {"fact": "characters", "at_least": 10}}),
        Step("image/size", rules={"too-small": {"at_least": 128}}),
        Step("image/sharpness"),
        Step("image/noise"),
        Step("image/exposure"),
        Step("image/hash"),
        Step("text/minhash"),
    ),
)


def rows(options: Options, folder: Path | None) -> Iterator[Row]:
    """Yield a row per line of captions.jsonl."""
    with (options.data_dir / "captions.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield {"row_id": f"{row['id']:06d}", "text": row["text"], "image": row["images"][0]}
