"""What cleaners measure, and that their rules leave clean videos alone."""

from typing import Any

import pytest

from mmhub import Media
from mmhub_video import decode, mmhub_cleaners
from mmhub_video.of_frames import OF_FRAMES
from mmhub_video.of_sound import OF_SOUND

OWN = [each for each in mmhub_cleaners() if each.measure and each not in (*OF_FRAMES, *OF_SOUND)]


BASIC = ("duration_seconds", "frame_count", "width", "height", "short_side", "frame_rate_hz", "has_sound")


def facts(value: Any) -> dict[str, Any]:
    found = {}
    for cleaner in OWN:
        columns = cleaner.measure([value], cleaner.options())
        assert set(columns) == {fact.name for fact in cleaner.facts}
        found |= {name: column[0] for name, column in columns.items()}
    return found


def reasons(value: Any, *, every: bool = False) -> set[str]:
    """Return the reasons for which default rules, or all, would drop a video."""
    found, failed = facts(value), set[str]()
    for rule in (rule for cleaner in OWN for rule in cleaner.rules):
        answer = found[rule.fact]
        if answer is None:
            continue
        low = rule.at_least is not None and answer < rule.at_least
        high = rule.at_most is not None and answer > rule.at_most
        other = rule.one_of is not None and answer not in rule.one_of
        failed |= {rule.reason} if (rule.on or every) and (low or high or other) else set()
    return failed


def test_facts_say_what_a_video_is(video_of):
    found = facts(decode(Media(data=video_of(40))))
    assert {name: found[name] for name in BASIC} == {
        "duration_seconds": pytest.approx(2.0),
        "frame_count": 40,
        "width": 96,
        "height": 64,
        "short_side": 64,
        "frame_rate_hz": pytest.approx(20.0),
        "has_sound": True,
    }


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ({"count": 4}, "too-short"),
        ({"size": (96, 32)}, "too-small"),
        ({"rate_hz": 2, "count": 6}, "low-frame-rate"),
    ],
)
def test_default_rules_drop_what_is_hardly_a_video(video_of, made, reason):
    assert reason in reasons(decode(Media(data=video_of(**made))))


def test_a_video_without_sound_is_dropped_only_if_asked(video_of):
    clip = decode(Media(data=video_of(sound=None)))
    assert reasons(clip) == set()
    assert "no-sound" in reasons(clip, every=True)


def test_default_rules_lose_no_real_video(samples):
    paths = [path for folder in ("vggsound/video", "howto100m/videos") for path in (samples / folder).iterdir()]
    assert len(paths) >= 10
    assert {path.name: reasons(decode(Media(path=str(path)))) for path in paths} == {p.name: set() for p in paths}
