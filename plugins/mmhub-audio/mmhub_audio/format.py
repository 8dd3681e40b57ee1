"""What a sound is stored as: its rate and its channels."""

from collections.abc import Sequence

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_audio.sound import Sound


def storage(sounds: Sequence[Sound], options: Options) -> Columns:
    """Return the rate, the number of channels and the codec of each sound."""
    return {
        "rate_hz": [sound.rate_hz for sound in sounds],
        "channels": [sound.channels for sound in sounds],
        "codec": [sound.codec for sound in sounds],
    }


FORMAT = Cleaner(
    name="audio/format",
    version=1,
    modality="audio",
    summary="What a sound is stored as; drops rates below the telephone's.",
    facts=(
        Fact(name="rate_hz", dtype="int64", summary="Samples per second of each channel."),
        Fact(name="channels", dtype="int64", summary="Number of channels."),
        Fact(name="codec", dtype="string", summary="FFmpeg's name of the codec, such as pcm_s16le"),
    ),
    measure=storage,
    rules=(Rule("rate_hz", reason="low-rate", at_least=8000.0),),
)
