"""The contract every plugin keeps to."""

import io

import numpy as np
import pytest
from PIL import Image

import mmhub_audio
import mmhub_image
import mmhub_text
import mmhub_video
from evidence.encoder_videos import CASES
from mmhub import Media
from mmhub.testing import PluginContract
from mmhub_audio import Sound

from .conftest import save_clip, video_of


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """The options by which encoders find small models of random weights of their own kind."""
    of = {case.encoder.name: case for case in CASES if case.encoder.name != "video/frames"}
    folders = {name: tmp_path_factory.mktemp("model") for name in of}
    for name, case in of.items():
        case.save(folders[name])
    found = {name: {"model": str(folder), "batch_size": 2} for name, folder in folders.items()}
    return {
        "video/frames": {"model": str(save_clip(tmp_path_factory.mktemp("clip"))), "batch_size": 2, "frames": 3},
        **found,
    }


class TestVideo(PluginContract):
    plugin = mmhub_video
    beside = (mmhub_text, mmhub_image, mmhub_audio)

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def tried_with(cls, models):
        cls.samples = {
            "video": [
                video_of(20),
                video_of(60, format="matroska", sound=None),
                video_of(30, format="avi", sound="mp3"),
            ],
            "text": ["a red half", "red red red half a half a"],
            "image": [_picture(), _picture(size=(40, 24))],
            "audio": [_sound(0.4), _sound(1.1)],
        }
        cls.options = models


def _picture(*, size: tuple[int, int] = (32, 32)) -> bytes:
    stream = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(stream, "PNG")
    return stream.getvalue()


def _sound(seconds: float) -> bytes:
    swept = np.sin(np.arange(round(seconds * 16_000)) ** 1.3 / 100).astype(np.float32)[None]
    sound = Sound(media=Media(data=b""), raw=swept, rate_hz=16_000, codec="pcm_f32le", container="wav")
    return mmhub_audio.encode(sound)
