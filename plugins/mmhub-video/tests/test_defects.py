"""What is found of black, frozen, repeated, bordered, irregular and damaged pictures, and of shots."""

import io
import json
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from mmhub import Cleaner, Media
from mmhub_video import Clip, decode
from mmhub_video.black import BLACK
from mmhub_video.borders import BORDERS
from mmhub_video.frame_rate import FRAME_RATE
from mmhub_video.frozen import FROZEN
from mmhub_video.glitches import GLITCHES
from mmhub_video.motion import MOTION
from mmhub_video.seams import oddness, seam
from mmhub_video.shots import SHOTS


def scene(count: int, *, phase: float = 0.0, size: tuple[int, int] = (128, 96)) -> list[np.ndarray]:
    """Return frames of waves that move, each grey uint8[h, w]."""
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
    return [
        (128 + 90 * np.sin((columns + 3 * n) / 17 + phase) * np.cos((rows - 2 * n) / 23 + 2 * phase)).astype(np.uint8)
        for n in range(count)
    ]


def clip_of(frames: list[np.ndarray], *, shown_ms: list[int] | None = None) -> Clip:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="matroska") as container:
        stream = container.add_stream("libx264", rate=20, options={"preset": "veryfast", "crf": "18"})
        stream.width, stream.height, stream.pix_fmt = frames[0].shape[1], frames[0].shape[0], "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, grey in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(np.repeat(grey[..., None], 3, axis=2), format="rgb24")
            frame.pts, frame.time_base = (shown_ms or range(0, 10**6, 50))[number], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return decode(Media(data=buffer.getvalue()))


def measured(cleaner: Cleaner, clip: Clip) -> dict[str, Any]:
    assert cleaner.measure
    return {name: column[0] for name, column in cleaner.measure([clip], cleaner.options()).items()}


def test_black_spans_are_counted():
    frames = scene(40)
    frames[10:30] = [np.zeros_like(frames[0])] * 20
    found = measured(BLACK, clip_of(frames))
    assert found["black_ratio"] == pytest.approx(0.5, abs=0.03)
    assert found["longest_black_seconds"] == pytest.approx(1.0, abs=0.06)
    assert measured(BLACK, clip_of(scene(20)))["black_ratio"] == 0


def test_a_picture_that_stands_still_is_frozen():
    frames = scene(60)
    frames[15:50] = [frames[15]] * 35
    found = measured(FROZEN, clip_of(frames))
    assert found["longest_frozen_seconds"] == pytest.approx(1.75, abs=0.2)
    assert found["frozen_ratio"] == pytest.approx(35 / 60, abs=0.07)
    assert measured(FROZEN, clip_of(scene(60)))["frozen_ratio"] == 0


def test_a_frame_that_is_shown_for_long_is_frozen():
    times = [50 * n + (2000 if n >= 10 else 0) for n in range(20)]
    assert measured(FROZEN, clip_of(scene(20), shown_ms=times))["longest_frozen_seconds"] > 2.0


def test_repeated_frames_are_counted():
    frames = scene(60)
    assert measured(FROZEN, clip_of([frames[n // 2 * 2] for n in range(60)]))["duplicated_ratio"] > 0.4
    assert measured(FROZEN, clip_of(frames))["duplicated_ratio"] < 0.1


def test_times_that_stutter_are_irregular():
    regular = measured(FRAME_RATE, clip_of(scene(40)))
    stuttering = measured(FRAME_RATE, clip_of(scene(40), shown_ms=[50 * n + 30 * (n % 3 == 1) for n in range(40)]))
    assert (regular["irregular_ratio"], regular["longest_interval_seconds"]) == (0, pytest.approx(0.05))
    assert stuttering["irregular_ratio"] > 0.5
    assert stuttering["longest_interval_seconds"] == pytest.approx(0.08)


def test_cuts_between_shots_are_found_and_timed():
    clip = clip_of([*scene(20), *scene(30, phase=1.5), *(255 - each for each in scene(20))])
    found = measured(SHOTS, clip)
    assert json.loads(found["shot_change_seconds"]) == [pytest.approx(1.0, abs=0.01), pytest.approx(2.5, abs=0.01)]
    assert found["shot_changes"] == 2
    assert measured(SHOTS, clip_of(scene(60)))["shot_changes"] == 0


def test_motion_tells_moving_from_still():
    moving, still = clip_of(scene(20)), clip_of(scene(1) * 20)
    assert measured(MOTION, moving)["motion"] > 10 * measured(MOTION, still)["motion"]


def test_bars_are_measured_in_pixels_of_the_video():
    barred = [np.pad(each, ((16, 16), (0, 0)), constant_values=16) for each in scene(12, size=(1024, 768))]
    found = measured(BORDERS, clip_of(barred))
    assert (found["left"], found["right"]) == (0, 0)
    assert (found["top"], found["bottom"]) == (pytest.approx(16, abs=3), pytest.approx(16, abs=3))
    assert measured(BORDERS, clip_of(scene(12)))["border"] == 0


def test_bars_do_not_count_where_one_frame_has_none():
    frames = [np.pad(each, ((16, 16), (0, 0)), constant_values=16) for each in scene(12)]
    frames[5] = scene(1, size=(128, 128))[0]
    assert measured(BORDERS, clip_of(frames))["top"] == 0


def test_blocks_that_change_at_once_stand_out_and_moving_things_do_not():
    frames = scene(30, size=(192, 160))
    wrong = frames[20].copy()
    wrong[32:64, 48:96] = np.roll(wrong, 40)[32:64, 48:96]
    moved = np.roll(frames[19], 5, axis=1)
    assert seam(frames[19], wrong) > 10 * max(seam(frames[19], frames[20]), seam(frames[19], moved), 1.0)
    assert measured(GLITCHES, clip_of(frames))["glitch"] < 1


def test_a_frame_is_odd_beside_the_others_of_its_video():
    seams = np.full(100, 20.0)
    seams[40] = 300.0
    assert np.flatnonzero(oddness(seams) > 1).tolist() == [40]
    assert oddness(np.zeros(0)).shape == (0,)


def test_a_single_frame_has_no_changes():
    clip = clip_of(scene(1))
    assert measured(FRAME_RATE, clip)["irregular_ratio"] is None
    assert measured(MOTION, clip)["motion"] is None
    assert measured(FROZEN, clip)["duplicated_ratio"] == 0
    assert measured(SHOTS, clip)["shot_changes"] == 0
