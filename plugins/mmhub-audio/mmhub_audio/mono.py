"""Sounds mixed down to one channel."""

from collections.abc import Sequence
from typing import Literal

from mmhub import Cleaner, Options
from mmhub_audio.sound import Sound


class MonoOptions(Options):
    """How channels become one."""

    take: Literal["mean", "loudest"] = "mean"
    """The mean of all, or the loudest alone: for channels that are silent, or cancel each other out."""


def mixed_down(sounds: Sequence[Sound], options: MonoOptions) -> list[Sound | None]:
    """Return each sound with one channel, or ``None`` where it has no more."""
    return [None if sound.channels == 1 else _mixed_down(sound, options) for sound in sounds]


def _mixed_down(sound: Sound, options: MonoOptions) -> Sound:
    if options.take == "mean":
        return sound.remade(sound.mono[None])
    loudest = int(sound.samples.var(axis=1).argmax())
    return sound.remade(sound.samples[loudest : loudest + 1])


MONO = Cleaner(
    name="audio/mono",
    version=1,
    modality="audio",
    summary="Mixes sounds down to one channel.",
    options=MonoOptions,
    repair=mixed_down,
)
