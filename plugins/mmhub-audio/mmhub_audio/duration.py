"""How long a sound lasts."""

from collections.abc import Sequence

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_audio.sound import Sound


def duration(sounds: Sequence[Sound], options: Options) -> Columns:
    """Return how long each sound lasts, in seconds."""
    return {"duration_seconds": [sound.duration_seconds for sound in sounds]}


DURATION = Cleaner(
    name="audio/duration",
    version=1,
    modality="audio",
    summary="How long a sound lasts; drops what is too short to hold an event. `too-long` is off by default.",
    facts=(Fact(name="duration_seconds", dtype="float64", summary="Decoded samples over the rate, in seconds."),),
    measure=duration,
    rules=(
        Rule("duration_seconds", reason="too-short", at_least=0.1),
        Rule("duration_seconds", reason="too-long", at_most=60.0, on=False),
    ),
)
