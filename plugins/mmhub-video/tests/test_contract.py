"""The contract every plugin keeps to."""

import pytest

import mmhub_text
import mmhub_video
from mmhub.testing import PluginContract


class TestVideo(PluginContract):
    plugin = mmhub_video
    beside = (mmhub_text,)

    @pytest.fixture(autouse=True)
    def tried_with(self, folder, video_of):
        type(self).samples = {
            "video": [
                video_of(20),
                video_of(60, format="matroska", sound=None),
                video_of(30, format="avi", sound="mp3"),
            ],
            "text": ["a red half", "red red red half a half a"],
        }
        type(self).options = {"video/frames": {"model": str(folder), "batch_size": 2, "frames": 3}}
