"""The repair of rolling captions."""

from collections.abc import Sequence
from dataclasses import replace

from mmhub import Cleaner, Options
from mmhub_speech.rolling import unrolled
from mmhub_speech.subtitles import Subtitles


def unroll(values: Sequence[Subtitles], options: Options) -> list[Subtitles | None]:
    """Return subtitles whose cues follow one another and repeat nothing, ``None`` where they were so."""
    told = [(subtitles, unrolled(subtitles.cues)) for subtitles in values]
    return [None if cues == subtitles.cues else replace(subtitles, cues=cues) for subtitles, cues in told]


UNROLL = Cleaner(
    name="subtitles/unroll",
    version=2,
    modality="subtitles",
    summary="Tells rolling captions once: no cue repeats the one before it, or is still shown when the next begins.",
    repair=unroll,
)
