"""A plugin with an operator that blackens the frames of short videos, which are not its own."""

from collections.abc import Iterable, Sequence

from mmhub import Cleaner, Columns, Fact, Options, hookimpl
from mmhub_video.clip import Clip


def blacken(clips: Sequence[Clip], options: Options) -> Columns:
    for clip in clips:
        if clip.frame_count < 30:
            clip.kept[:] = 0
    return {"blackened": [False] * len(clips)}


@hookimpl
def mmhub_cleaners() -> Iterable[Cleaner]:
    yield Cleaner(
        name="video/blacken",
        version=1,
        modality="video",
        summary="Writes into what it is shown.",
        facts=(Fact(name="blackened", dtype="bool", summary="Whether it did."),),
        measure=blacken,
    )
