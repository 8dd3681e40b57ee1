"""The contract every plugin keeps to."""

import pytest

import mmhub_audio
import mmhub_text
from mmhub.testing import PluginContract

from .conftest import file_of, save_clap, tone


class TestAudio(PluginContract):
    plugin = mmhub_audio
    beside = (mmhub_text,)

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def tried_with(cls, tmp_path_factory):
        folder = str(save_clap(tmp_path_factory.mktemp("clap")))
        cls.samples = {
            "audio": [
                file_of(tone(0.6, hertz=500), format="wav", codec="pcm_s16le"),
                file_of(tone(2.7, hertz=900), format="flac", codec="flac"),
                file_of(tone(1.3, hertz=200), format="mp3", codec="mp3"),
            ],
            "text": [
                "a dog barks",
                "bells ring in the rain while a dog barks " * 3,
            ],
        }
        cls.options = {name: {"model": folder, "batch_size": 3} for name in ("audio/clap", "audio/transformer")}
