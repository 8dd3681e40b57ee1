"""By how much the sound of a video is late, where that can be told."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Aligner, Cleaner, Columns, Fact, Options, Rule
from mmhub_audio import Sound
from mmhub_video.clip import Clip
from mmhub_video.clock import Heard
from mmhub_video.offset import Offset, estimate, heard_curves, seen_curves


class OffsetOptions(Options):
    """How far apart picture and sound may be, and how sure an answer has to be."""

    range_seconds: float = Field(default=1.0, gt=0.2, le=10.0)
    """Offsets are sought up to this far to either side. A clip has to last two and a half times as long."""
    least_confidence: float = Field(default=0.9, ge=0.0, le=1.0)
    """Less sure answers are not given."""


FACTS = (
    Fact(name="offset_ms", dtype="float64", summary="Milliseconds by which the sound is late; below zero it is early."),
    Fact(name="confidence", dtype="float64", summary="How sure that is, 0 to 1; 0 where nothing can be told."),
    Fact(name="answered", dtype="bool", summary="Whether it is sure enough to be told."),
)
RULES = (Rule("offset_ms", reason="out-of-sync", at_least=-350.0, at_most=350.0),)
"""What is heard from afar is late by nature: 350 ms are 120 m."""


def offset_of(clip: Clip, options: OffsetOptions) -> Offset | None:
    """Return by how much the sound of a video is late, None where nothing can be told."""
    if clip.sound is None or clip.heard is None:
        return None
    seen, heard = seen_curves(clip.trace.stirs, clip.shown_ns), heard_curves(clip.sound, clip.heard)
    return estimate(seen, heard, range_seconds=options.range_seconds)


def av_offset(clips: Sequence[Clip], options: OffsetOptions) -> Columns:
    """Return by how much the sound of each video is late on the clock of its file, where it is sure enough."""
    return told([offset_of(clip, options) for clip in clips], options)


def told(offsets: Sequence[Offset | None], options: OffsetOptions) -> Columns:
    """Return estimates as facts; what is not sure enough is not told."""
    sure = [offset is not None and offset.confidence >= options.least_confidence for offset in offsets]
    return {
        "offset_ms": [each.milliseconds if each and told else None for each, told in zip(offsets, sure, strict=True)],
        "confidence": [each.confidence if each else 0.0 for each in offsets],
        "answered": sure,
    }


def audio_offset(clips: Sequence[Clip], sounds: Sequence[Sound], options: OffsetOptions) -> Columns:
    """Return by how much each sound is late beside its video, where both are started at once."""
    found = []
    for clip, sound in zip(clips, sounds, strict=True):
        seen = seen_curves(clip.trace.stirs, clip.shown_ns - clip.shown_ns.min())
        heard = heard_curves(sound, Heard(np.zeros(1, np.int64), np.zeros(1, np.int64), sound.rate_hz))
        found.append(estimate(seen, heard, range_seconds=options.range_seconds))
    return told(found, options)


AV_OFFSET = Cleaner(
    name="video/av-offset",
    version=1,
    modality="video",
    summary="By how much the sound of a video is late, told only where what is seen and what is heard agree.",
    options=OffsetOptions,
    facts=FACTS,
    measure=av_offset,
    rules=RULES,
)
AUDIO_OFFSET = Aligner(
    name="video/audio-offset",
    version=1,
    modalities=(("video", "audio"),),
    summary="By how much a sound is late beside a video of the same row, told only where both agree.",
    options=OffsetOptions,
    facts=FACTS,
    measure=audio_offset,
    rules=RULES,
)
