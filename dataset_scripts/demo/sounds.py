"""What a sound of the demo is, and how a caption says it."""

from dataclasses import dataclass

import numpy as np

PHRASES = {
    "tone": ("a steady {pitch} tone", "{a pitch} tone held without a break"),
    "buzz": ("a harsh {pitch} buzz", "{a pitch} buzzing machine"),
    "rising": ("{a pitch} sound sliding upwards", "a rising {pitch} sweep"),
    "falling": ("{a pitch} sound sliding downwards", "a falling {pitch} sweep"),
    "beeps": ("{pace} {pitch} beeps one after another", "{a pitch} alarm beeping at {a pace} pace"),
    "clicks": ("{pace} {pitch} clicks one after another", "{a pitch} clock clicking at {a pace} pace"),
    "bell": ("{a pitch} bell struck and ringing out", "the fading ring of {a pitch} bell"),
    "warble": ("{a pitch} warbling siren", "a siren that warbles around {a pitch} note"),
    "noise": ("the rush of {pitch} noise", "a stream of {pitch} noise like wind"),
}
PITCHES_HZ = {"low": (150.0, 260.0), "middle": (520.0, 800.0), "high": (1700.0, 2700.0)}
PACES_HZ = {"slow": (1.6, 2.2), "quick": (5.0, 7.0)}
ENDINGS = ("", " in a quiet room", " recorded up close", " for a while", " and nothing else")
FAMILIES = {
    "held": ("tone", "buzz"),
    "sliding": ("rising", "falling"),
    "beating": ("beeps", "clicks"),
    "fading": ("bell",),
    "warbling": ("warble",),
    "noisy": ("noise",),
}
FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}


@dataclass(frozen=True)
class Sound:
    """One kind of sound at one pitch; its pace matters to those that beat."""

    kind: str
    pitch: str
    pace: str


def draw_sound(rng: np.random.Generator) -> Sound:
    """Return a sound drawn at random."""
    return Sound(
        kind=str(rng.choice(list(PHRASES))),
        pitch=str(rng.choice(list(PITCHES_HZ))),
        pace=str(rng.choice(list(PACES_HZ))),
    )


def describe_sound(rng: np.random.Generator, sound: Sound) -> str:
    """Return a caption of a sound."""
    articled = {f"a {name}": f"a {word}" for name, word in vars(sound).items()}
    phrase = str(rng.choice(PHRASES[sound.kind])).format(**vars(sound), **articled)
    return phrase + str(rng.choice(ENDINGS))


def unlike_sounds(one: Sound, other: Sound) -> bool:
    """Return whether two sounds differ in both their family and their pitch."""
    return FAMILY_OF[one.kind] != FAMILY_OF[other.kind] and one.pitch != other.pitch
