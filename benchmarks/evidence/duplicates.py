"""Duplicates as a whole build decides them: equal bytes, equal pixels, near copies across splits, vectors."""

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from evidence.photographs import Pixels, file_of, part_of, photographs, pixels_of
from evidence.scoring import Scored, scored
from mmhub import build, load_ledger

_RECIPE = str(Path(__file__).with_name("duplicates_recipe.py"))
_TRIALS = 200
_REASONS = {"bytes": "identical", "pixels": "exact-duplicate", "splits": "near-duplicate", "vectors": "same-vector"}


def rows(samples: Path, seed: int) -> Iterator[Scored]:
    """Yield a row per kind of copy; ``lost`` are photographs that are copies of none, or were to be kept for a copy."""
    pictures = [pixels_of(path) for path in photographs(samples)]
    rounds = -(-_TRIALS // len(pictures))
    caught: dict[str, list[bool]] = defaultdict(list)
    lost: dict[str, list[bool]] = defaultdict(list)
    for turn in range(rounds):
        for row in _ledger(pictures, np.random.default_rng((seed, turn))):
            kind = row["row_id"].rpartition("-")[2]
            if kind in _REASONS:
                caught[kind].append(row["reason"] == _REASONS[kind])
            else:
                for reason in _REASONS.values():
                    lost[reason].append(row["reason"] == reason)
    for kind, reason in _REASONS.items():
        yield scored(f"duplicates/{kind}", caught[kind], lost[reason], _NOTES[kind])


_NOTES = {
    "bytes": "the same file under another name",
    "pixels": "the same pixels in another format",
    "splits": "a training picture near one of test: the training one goes",
    "vectors": "a slight crop, by the small embedded CLIP at a cosine of 0.99: reported only",
}


def _ledger(pictures: list[Pixels], rng: np.random.Generator) -> list[dict[str, Any]]:
    """Build a dataset of parts of pictures with a copy of each kind, and return its ledger."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        planted = [
            row for n, pixels in enumerate(pictures) for row in _planted(folder, f"{n:03d}", part_of(pixels, rng))
        ]
        order = rng.permutation(len(planted)).tolist()
        (folder / "rows.jsonl").write_text("".join(json.dumps(planted[n]) + "\n" for n in order), encoding="utf-8")
        build(_RECIPE, data_dir=folder, store=folder / "store")
        return list(load_ledger("planted-duplicates", store=folder / "store"))


def _planted(folder: Path, name: str, pixels: Pixels) -> Iterator[dict[str, str]]:
    """Write a picture and its copies, and yield their rows: ids so that what is to be kept is not always the first."""
    whole = file_of(pixels, "PNG", compress_level=1)
    height, width = pixels.shape[0] // 100 + 1, pixels.shape[1] // 100 + 1
    files = {
        f"{name}-b-whole": (whole, "test"),
        f"{name}-c-bytes": (whole, "test"),
        f"{name}-d-pixels": (file_of(pixels, "BMP"), "test"),
        f"{name}-a-splits": (file_of(pixels, "JPEG", quality=60), "train"),
        f"{name}-e-vectors": (file_of(pixels[height:-height, width:-width], "JPEG", quality=90), "test"),
    }
    for row_id, (data, split) in files.items():
        (folder / row_id).write_bytes(data)
        yield {"row_id": row_id, "split": split, "image": row_id}
