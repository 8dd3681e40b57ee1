"""What the scores of BLIP's retrieval model are worth in a build: they are compared with mismatched pairs, too."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

import mmhub
from evidence.encoder_pictures import CASES
from mmhub import Column, From, Recipe, Step

ROWS, SHARE = 60, 0.05
WORDS = ("red", "bus", "dog", "beach", "cat", "rain", "in", "the")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """The ledger of pictures with two captions each, whose scores a random model gives."""
    folder = tmp_path_factory.mktemp("blip")
    torch.manual_seed(0)
    next(each for each in CASES if each.name == "blip").save(folder / "model")
    _write(folder)
    rules = {"mismatched": False, "unrelated": {"on": True, "at_most": SHARE}}
    recipe = Recipe(
        name="scored",
        source=From(use="table", options={"files": str(folder / "rows.jsonl")}),
        fields={"image": Column(modality="image"), "captions": Column(modality="text", many=True)},
        steps=(
            Step("image/blip", fields=("image", "captions"), options={"model": str(folder / "model")}),
            Step(
                "align/similarity", name="best", fields=("image", "captions"), options={"pooling": "best"}, rules=rules
            ),
        ),
    )
    mmhub.build(recipe, store=folder / "store", workers=1)
    return mmhub.load_ledger("scored", store=folder / "store")


def _write(folder):
    rng = np.random.default_rng(0)
    rows = []
    for n in range(ROWS):
        Image.fromarray(rng.integers(0, 256, (40, 40, 3), np.uint8)).save(folder / f"{n}.png")
        captions = [" ".join(rng.choice(WORDS, 5)) for _ in range(2)]
        rows.append(json.dumps({"row_id": f"r{n:02d}", "image": f"{n}.png", "captions": captions}))
    (folder / "rows.jsonl").write_text("\n".join(rows))


def test_scores_that_mean_nothing_are_no_better_than_those_of_mismatched_pairs(ledger):
    assert np.mean(ledger["best.false_keep"]) == pytest.approx(0.5, abs=0.15)
    assert np.mean(ledger["best.percentile"]) == pytest.approx(0.5, abs=0.15)


def test_false_keeps_of_at_most_so_much_keep_so_much_of_what_does_not_fit(ledger):
    kept = [fate == "kept" for fate in ledger["fate"]]
    assert np.mean(kept) == pytest.approx(SHARE, abs=0.08)
    assert kept == [share <= SHARE for share in ledger["best.false_keep"]]
