"""The contract every plugin keeps to."""

import pytest

import mmhub_audio
import mmhub_speech
import mmhub_text
import mmhub_video
from mmhub.testing import PluginContract
from mmhub_speech import Cue, Subtitles, encode

from .conftest import noise, video, wav

SECOND = 1_000_000_000
ROLLING = tuple(Cue(2 * n * SECOND, 2 * (n + 1) * SECOND, f"line {n}\nline {n + 1}") for n in range(4))
APART = (Cue(SECOND, 2 * SECOND, "one"), Cue(3 * SECOND, 4 * SECOND, "two"))


class TestSpeech(PluginContract):
    plugin = mmhub_speech
    beside = (mmhub_text, mmhub_audio, mmhub_video)
    endless = ("subtitles",)

    @pytest.fixture(autouse=True)
    def tried_with(self, ctc):
        type(self).samples = {
            "subtitles": [encode(Subtitles(ROLLING, "srt")), encode(Subtitles(APART, "vtt"))],
            "audio": [wav(noise(1.0)), wav(noise(2.0, seed=1))],
            "video": [video(noise(1.0)), video(noise(2.0, seed=1))],
            "text": ["a dog barks", "bells ring"],
        }
        type(self).options = {"speech/ctc-words": {"model": str(ctc), "least_score": -100.0}}
