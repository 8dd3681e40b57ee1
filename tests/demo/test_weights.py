"""The small models the plugins ship: they load with plain transformers, and know what belongs together."""

import logging

import numpy as np
import pytest

import mmhub_audio
import mmhub_image
from dataset_scripts.demo import files, pictures, scenes, sounds, voices
from mmhub import Encoder, Media, locate
from mmhub_audio.clap import CLAP
from mmhub_image.clip import CLIP
from mmhub_text.transformer import TRANSFORMER

SHIPPED = ("mmhub_image:clip", "mmhub_audio:clap", "mmhub_text:bert")
PAIRS = 100


def encoded(encoder: Encoder, values: list, modality: str) -> np.ndarray:
    """Return unit vectors, of one batch per value."""
    options = encoder.options(**encoder.embedded, batch_size=1)
    model = encoder.load(options, locate(options.model), "cpu")
    inputs = [model.prepare(encoder.view(value, options, modality), modality) for value in values]
    return np.concatenate([model.forward([each], model.bucket(each, modality), modality) for each in inputs])


def share_told_apart(lefts: np.ndarray, rights: np.ndarray) -> float:
    """Return how often a matched pair is more alike than one of its halves with a stranger."""
    alike = lefts @ rights.T
    return float((np.diag(alike)[:, None] > alike).sum() / (len(alike) * (len(alike) - 1)))


def picture(rng: np.random.Generator, scene: scenes.Scene) -> mmhub_image.Picture:
    painted = pictures.paint(rng, scene, 160, 144)
    return mmhub_image.decode(Media(data=files.jpeg(painted, quality=88)))


def sound(rng: np.random.Generator, heard: sounds.Sound) -> mmhub_audio.Sound:
    return mmhub_audio.decode(Media(data=files.wav(voices.voice(rng, heard, 2.0))))


@pytest.mark.parametrize("model", SHIPPED)
def test_shipped_weights_load_with_plain_transformers_and_no_complaint(model, caplog):
    from transformers import AutoModel, AutoTokenizer

    folder = locate(model).folder
    with caplog.at_level(logging.WARNING):
        AutoModel.from_pretrained(folder, local_files_only=True)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    assert caplog.messages == []
    ids = tokenizer("a red circle")["input_ids"]
    assert (ids[0], ids[-1]) == (tokenizer.bos_token_id, tokenizer.eos_token_id)


def test_shipped_weights_say_how_they_want_pictures_and_sounds():
    from transformers import AutoFeatureExtractor, AutoImageProcessor

    assert AutoImageProcessor.from_pretrained(locate(SHIPPED[0]).folder).size["shortest_edge"] == 64
    assert AutoFeatureExtractor.from_pretrained(locate(SHIPPED[1]).folder).sampling_rate == 16_000


@pytest.mark.parametrize("model", SHIPPED)
def test_shipped_weights_are_small(model):
    assert sum(path.stat().st_size for path in locate(model).folder.iterdir()) < 1_500_000


def test_pictures_fit_their_own_captions_best():
    rng = np.random.default_rng(11)
    shown = [scenes.draw_scene(rng) for _ in range(PAIRS)]
    seen = encoded(CLIP, [picture(rng, scene) for scene in shown], "image")
    told = encoded(CLIP, [scenes.describe_scene(rng, scene) for scene in shown], "text")
    assert share_told_apart(seen, told) > 0.99


def test_sounds_fit_their_own_captions_best():
    rng = np.random.default_rng(11)
    drawn = [sounds.draw_sound(rng) for _ in range(PAIRS)]
    heard = encoded(CLAP, [sound(rng, each) for each in drawn], "audio")
    told = encoded(CLAP, [sounds.describe_sound(rng, each) for each in drawn], "text")
    assert share_told_apart(heard, told) > 0.95


def test_captions_of_one_scene_lie_nearest_each_other():
    rng = np.random.default_rng(11)
    shown = [scenes.draw_scene(rng) for _ in range(PAIRS)]
    one, other = (encoded(TRANSFORMER, [scenes.describe_scene(rng, s) for s in shown], "text") for _ in range(2))
    assert share_told_apart(one, other) > 0.99
