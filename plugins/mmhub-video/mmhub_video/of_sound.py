"""The operators of sounds, asked about the sound track of a video."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import mmhub_audio
from mmhub import Cleaner, Columns, Options
from mmhub_video.clip import Clip

_LEFT_OUT = ("audio/duration",)
"""What a video tells by itself."""
_OFF = ("audio/bandwidth",)
"""What is usual in videos, whose sound is hardly ever stored without loss."""


def of_sound(cleaner: Cleaner, *, on: bool = True) -> Cleaner:
    """Return an operator of videos that measures their sound track as ``cleaner`` measures sounds.

    Facts, options and rules are the same; facts are ``None`` for a video without sound, and the rules are off unless
    ``on``.
    """
    assert cleaner.measure is not None
    name = cleaner.name.partition("/")[2]
    return replace(
        cleaner,
        name=f"video/sound-{name}",
        modality="video",
        summary=f"The sound track of a video: {cleaner.summary[:1].lower()}{cleaner.summary[1:]}",
        measure=partial(_measured, cleaner.measure, tuple(fact.name for fact in cleaner.facts)),
        repair=None,
        rules=cleaner.rules if on else tuple(replace(rule, on=False) for rule in cleaner.rules),
    )


def _measured(
    measure: Callable[[Sequence[object], Options], Columns],
    facts: tuple[str, ...],
    clips: Sequence[Clip],
    options: Options,
) -> Columns:
    """Return the facts of each sound track; those of clips without one are ``None``."""
    audible = [number for number, clip in enumerate(clips) if clip.sound is not None]
    found: dict[str, list[object]] = {fact: [None] * len(clips) for fact in facts}
    if audible:
        columns = measure([clips[number].sound for number in audible], options)
        for fact in facts:
            for number, value in zip(audible, columns[fact], strict=True):
                found[fact][number] = value
    return found


def _offered() -> tuple[Cleaner, ...]:
    known = (each for each in mmhub_audio.mmhub_cleaners() if each.measure is not None)
    return tuple(of_sound(each, on=each.name not in _OFF) for each in known if each.name not in _LEFT_OUT)


OF_SOUND = _offered()
"""An operator for each of those of sounds that measure something."""
