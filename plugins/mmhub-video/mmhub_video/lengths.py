"""By how much a sound is longer than the video of its row: of one recording both last as long."""

from collections.abc import Sequence

from mmhub import Aligner, Columns, Fact, Options, Rule
from mmhub_audio import Sound
from mmhub_video.clip import Clip


def lengths(clips: Sequence[Clip], sounds: Sequence[Sound], options: Options) -> Columns:
    """Return how many seconds longer each sound lasts than its video; less than none where it is shorter."""
    pairs = zip(clips, sounds, strict=True)
    return {"longer_seconds": [sound.duration_seconds - clip.duration_seconds for clip, sound in pairs]}


LENGTHS = Aligner(
    name="video/lengths",
    version=1,
    modalities=(("video", "audio"),),
    summary="Whether a sound lasts as long as the video of the same row.",
    facts=(Fact(name="longer_seconds", dtype="float64", summary="Seconds by which the sound is longer."),),
    measure=lengths,
    rules=(Rule("longer_seconds", reason="lengths-differ", at_least=-1.0, at_most=1.0),),
)
