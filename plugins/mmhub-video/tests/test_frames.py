"""Vectors of videos against the call that the image model's documentation gives, with a small random model."""

import numpy as np
import pytest
import torch
import transformers

from mmhub import Media, locate
from mmhub_video import decode
from mmhub_video.frames import FRAMES


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
