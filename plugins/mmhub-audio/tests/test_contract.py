"""The contract every plugin keeps to."""

import pytest

import mmhub_audio
import mmhub_text
from mmhub.testing import PluginContract


class TestAudio(PluginContract):
    plugin = mmhub_audio
    beside = (mmhub_text,)

    @pytest.fixture(autouse=True)
    def tried_with(self, tmp_path_factory, tone, file_of, clap_in):
        folder = str(clap_in(tmp_path_factory.mktemp("clap")))
        type(self).samples = {
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
        type(self).options = {name: {"model": folder, "batch_size": 3} for name in ("audio/clap", "audio/transformer")}
