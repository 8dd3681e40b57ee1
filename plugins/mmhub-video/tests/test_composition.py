"""Operators of pictures and of sounds, asked about videos."""

import numpy as np
import pytest
from PIL import Image

import mmhub_audio
from mmhub import Media
from mmhub_audio.silence import SILENCE
from mmhub_image import Picture
from mmhub_image.exposure import EXPOSURE
from mmhub_video import decode, mmhub_cleaners
from mmhub_video.of_frames import OF_FRAMES, FrameExposureOptions, of_frames
from mmhub_video.of_sound import OF_SOUND, of_sound


def test_the_sound_track_is_measured_as_a_sound_is(video_of):
    clips = [decode(Media(data=video_of(40, sound=sound))) for sound in ("aac", None, "aac")]
    cleaner = of_sound(SILENCE)
    found = cleaner.measure(clips, cleaner.options())
    alone = SILENCE.measure([clips[0].sound], SILENCE.options())
    assert cleaner.name == "video/sound-silence"
    assert found["peak_dbfs"] == [alone["peak_dbfs"][0], None, alone["peak_dbfs"][0]]


def test_frames_are_measured_as_pictures_are_and_the_middle_one_counts(video_of):
    clip = decode(Media(data=video_of(40)))
    cleaner = of_frames(EXPOSURE, options=FrameExposureOptions)
    pictures = [Picture(Media(data=b""), Image.fromarray(frame), "RGB") for frame in clip.frames(5)]
    each = np.sort(EXPOSURE.measure(pictures, EXPOSURE.options())["mean_luma"])
    for quantile, expected in ((0.0, each[0]), (0.5, each[2]), (1.0, each[-1])):
        found = cleaner.measure([clip], cleaner.options(frames=5, quantile=quantile))
        assert found["mean_luma"] == [pytest.approx(expected)]


def test_options_of_the_operator_within_are_passed_on(video_of):
    clip = decode(Media(data=video_of(40)))
    cleaner = of_frames(EXPOSURE, options=FrameExposureOptions)
    strict, lax = (cleaner.measure([clip], cleaner.options(black=luma, quantile=0.0)) for luma in (8, 255))
    assert strict["dark"][0] < lax["dark"][0] == 1.0


def test_rules_stay_or_are_turned_off():
    assert of_frames(EXPOSURE).rules == EXPOSURE.rules
    assert not any(rule.on for rule in of_sound(SILENCE, on=False).rules)


def test_every_operator_that_measures_sounds_is_offered_for_videos():
    offered = {each.name for each in mmhub_cleaners()}
    measuring = {each.name.replace("audio/", "video/sound-") for each in mmhub_audio.mmhub_cleaners() if each.measure}
    assert measuring - offered == {"video/sound-duration"}
    assert len(OF_SOUND) >= 5
    assert len(OF_FRAMES) >= 5
    assert len(offered) == len(list(mmhub_cleaners()))
