"""Vectors of videos against the call that the image model's documentation gives, with a small random model."""

from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from mmhub_video import decode
from mmhub_video.frames import FRAMES
from tokenizers import Tokenizer, models, pre_tokenizers

from mmhub import Media, locate


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    small = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48}
    config = transformers.CLIPConfig(
        vision_config={**small, "image_size": 32, "patch_size": 8},
        text_config={**small, "vocab_size": 16, "eos_token_id": 2},
        projection_dim=24,
    )
    transformers.CLIPModel(config).save_pretrained(tmp_path)
    transformers.CLIPImageProcessor(size={"shortest_edge": 32}, crop_size=32).save_pretrained(tmp_path)
    words = {"<unk>": 0, "<pad>": 1, "</s>": 2, "a": 3, "red": 4, "half": 5}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", model_max_length=77
    ).save_pretrained(tmp_path)
    return tmp_path


def test_a_vector_is_the_mean_over_unit_vectors_of_frames(folder, video_of):
    clips = [decode(Media(data=video_of(count, sound=None))) for count in (10, 50)]
    options = FRAMES.options(model=str(folder), frames=5, batch_size=2)
    model = FRAMES.load(options, locate(str(folder)), "cpu")
    inputs = [model.prepare(FRAMES.view(clip, options, "video"), "video") for clip in clips]
    found = model.forward(inputs, model.bucket(inputs[0], "video"), "video")

    whole = transformers.CLIPModel.from_pretrained(folder).eval()
    processor = transformers.AutoImageProcessor.from_pretrained(folder, backend="pil")
    for vector, clip in zip(found, clips, strict=True):
        with torch.inference_mode():
            pixels = processor(images=list(clip.frames(5)), return_tensors="pt")
            seen = torch.nn.functional.normalize(whole.get_image_features(**pixels).pooler_output, dim=-1)
        expected = torch.nn.functional.normalize(seen.mean(dim=0), dim=-1).numpy()
        assert vector @ expected > 0.9999
    assert found.shape == (2, model.dim) == (2, 24)


def test_a_text_is_read_into_the_same_space(folder):
    options = FRAMES.options(model=str(folder), batch_size=2)
    model = FRAMES.load(options, locate(str(folder)), "cpu")
    inputs = model.prepare(FRAMES.view("a red half", options, "text"), "text")
    found = model.forward([inputs] * 2, model.bucket(inputs, "text"), "text")
    assert found.shape == (2, model.dim)
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 1])
