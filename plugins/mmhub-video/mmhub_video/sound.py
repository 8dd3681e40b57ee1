"""Whether a video has a sound track."""

from collections.abc import Sequence

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_video.clip import Clip


def sound(clips: Sequence[Clip], options: Options) -> Columns:
    """Return whether each video has a sound track with at least one sample."""
    return {"has_sound": [clip.has_sound for clip in clips]}


SOUND = Cleaner(
    name="video/sound",
    version=1,
    modality="video",
    summary="Whether a video has a sound track; `no-sound` is off by default, for recipes that need sound.",
    facts=(Fact(name="has_sound", dtype="bool", summary="A sound track with at least one sample, silent or not."),),
    measure=sound,
    rules=(Rule("has_sound", reason="no-sound", one_of=(True,), on=False),),
)
