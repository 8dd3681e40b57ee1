"""Sounds brought to one loudness."""

from collections.abc import Sequence

from pydantic import Field

from mmhub import Cleaner, Options
from mmhub_audio.loudness import integrated, true_peak
from mmhub_audio.sound import Sound


class LevellingOptions(Options):
    """How loud sounds are to be."""

    target_lufs: float = Field(default=-23.0, ge=-70.0, le=0.0)
    """Integrated loudness: -23 in EBU R 128, -16 to -14 in streaming."""
    highest_dbtp: float = Field(default=-1.0, le=0.0)
    """The true peak that no sound exceeds: where the gain would lift it higher, the gain is less."""
    tolerance_lu: float = Field(default=0.5, ge=0.0)
    """A sound within so much of the target stays as it is."""


def levelled(sounds: Sequence[Sound], options: LevellingOptions) -> list[Sound | None]:
    """Return each sound with a gain that brings it to the target, never compressed.

    ``None`` stands where it is there, where its peaks leave no room, and where loudness is undefined.
    """
    return [_levelled(sound, options) for sound in sounds]


def _levelled(sound: Sound, options: LevellingOptions) -> Sound | None:
    loudness = integrated(sound)
    if loudness is None:
        return None
    room = 10.0 ** (options.highest_dbtp / 20.0) / true_peak(sound)
    wanted = 10.0 ** ((options.target_lufs - loudness) / 20.0)
    gain = min(wanted, room)
    negligible = 10.0 ** (options.tolerance_lu / 20.0)
    if room >= 1.0 and 1.0 / negligible <= gain <= negligible:
        return None
    return sound.remade(sound.samples * gain)


LEVELLING = Cleaner(
    name="audio/normalise-loudness",
    version=1,
    modality="audio",
    summary="Brings sounds to one loudness by EBU R 128, under a limit of their true peak.",
    options=LevellingOptions,
    repair=levelled,
)
