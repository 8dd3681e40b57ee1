"""Videos whose sound was late or early, with the sound in its place."""

from collections.abc import Sequence

from pydantic import Field

from mmhub import Cleaner, Fact, Media, Mended, Undecodable
from mmhub_audio.sound import NS_PER_SECOND
from mmhub_video.av_offset import OffsetOptions, offset_of
from mmhub_video.clip import Clip
from mmhub_video.decode import decode
from mmhub_video.shifting import shifted

_CLOSE_NS = NS_PER_SECOND // 10
"""How far from its place the sound may be once moved: packets are left out whole."""


class ShiftOptions(OffsetOptions):
    """Which offsets are put right."""

    tolerated_ms: float = Field(default=120.0, ge=0.0)
    """Smaller offsets are left as they are: an estimate is no better than that."""


def av_shift(clips: Sequence[Clip], options: ShiftOptions) -> list[Mended]:
    """Return each video whose sound is surely out of its place with the sound moved, the picture as it was coded."""
    return [_mended(clip, options) for clip in clips]


def _mended(clip: Clip, options: ShiftOptions) -> Mended:
    found = offset_of(clip, options)
    if found is None or found.confidence < options.least_confidence:
        return Mended(None, {})
    facts = {"found_offset_ms": found.milliseconds, "found_confidence": found.confidence}
    if abs(found.milliseconds) <= options.tolerated_ms:
        return Mended(None, facts)
    by_ns = -round(found.milliseconds * 1e6)
    moved = _moved(clip, by_ns)
    return Mended(moved, {**facts, "moved_ms": by_ns / 1e6} if moved is not None else facts)


def _moved(clip: Clip, by_ns: int) -> Clip | None:
    """Return the video with its sound moved, None if its container cannot hold that."""
    data = shifted(clip.media, by_ns)
    if data is None:
        return None
    try:
        moved = decode(Media(data=data))
    except Undecodable:
        return None
    return moved if moved.frame_count == clip.frame_count and _in_place(clip, moved, by_ns) else None


def _in_place(clip: Clip, moved: Clip, by_ns: int) -> bool:
    """Return whether the sound ends where it should, beside the picture."""
    ends = []
    for each in (clip, moved):
        if each.sound is None or each.heard is None:
            return False
        ends.append(int(each.heard.times_ns(each.sound.raw.shape[1] - 1) - each.shown_ns.min()))
    return abs(ends[1] - ends[0] - by_ns) <= _CLOSE_NS


AV_SHIFT = Cleaner(
    name="video/av-shift",
    version=1,
    modality="video",
    summary="Moves the sound of a video to where its causes are seen, if that is sure; nothing is coded anew.",
    options=ShiftOptions,
    repair=av_shift,
    repair_facts=(
        Fact(name="found_offset_ms", dtype="float64", summary="Milliseconds by which the sound was late, if sure."),
        Fact(name="found_confidence", dtype="float64", summary="How sure that was, 0 to 1."),
        Fact(name="moved_ms", dtype="float64", summary="By how much the sound was moved; below zero to be earlier."),
    ),
)
