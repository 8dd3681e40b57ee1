"""Each class of vision models, small and random: its vectors are those of its own documented call."""

import numpy as np
import pytest
import torch
import transformers
from PIL import Image

from evidence.encoder_parts import loaded
from evidence.encoder_pictures import CASES
from evidence.encoder_trial import Loaded, tried

SIZES = ((48, 64), (101, 67), (20, 90), (320, 240), (32, 32))
TEXTS = ["A dog on a beach.", "two cats", "", "a photograph of a red bus in the rain", "x"]


@pytest.fixture(scope="module")
def values(picture_of):
    random = np.random.default_rng(5)
    pixels = (random.integers(0, 256, (9, 9, 3), np.uint8) for _ in SIZES)
    shapes = [Image.fromarray(each).resize(size) for each, size in zip(pixels, SIZES, strict=True)]
    return {"image": [picture_of(np.asarray(shape)) for shape in shapes], "text": TEXTS}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_pictures_and_texts_get_the_vectors_of_the_documented_call(case, tmp_path, values):
    outcome = tried(case, tmp_path, values[case.modality])
    assert outcome.cosines.min() >= 0.9999
    assert outcome.alone
    assert outcome.gap <= 1e-4
    assert outcome.alike < 0.999


def test_the_cosine_of_blips_vectors_is_its_own_contrastive_score(tmp_path, values):
    torch.manual_seed(0)
    pictures, texts = (next(each for each in CASES if each.name == name) for name in ("blip", "blip-text"))
    pictures.save(tmp_path)
    found = Loaded(pictures, tmp_path, 4).vectors(values["image"])
    read = Loaded(texts, tmp_path, 4).vectors(TEXTS)
    processor = transformers.AutoImageProcessor.from_pretrained(tmp_path, backend="pil")
    tokens = transformers.AutoTokenizer.from_pretrained(tmp_path)(
        TEXTS, padding=True, truncation=True, return_tensors="pt"
    )
    pixels = [processor(each.colours, return_tensors="pt")["pixel_values"] for each in values["image"]]
    with torch.inference_mode():
        model = loaded(tmp_path, "BlipForImageTextRetrieval")
        scores = model(**tokens, pixel_values=torch.cat(pixels), use_itm_head=False).itm_score
    assert found @ read.T == pytest.approx(scores.numpy(), abs=1e-4)
