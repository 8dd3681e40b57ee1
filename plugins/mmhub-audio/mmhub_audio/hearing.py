"""What a model hears of a sound: mono samples at its rate, and no more of them than it takes."""

import functools
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from mmhub import ModelError, Weights, locate
from mmhub_audio.sound import Sound

Window = Literal["first", "centre"]
_FEWEST_SECONDS = 0.1
"""What is shorter is padded with silence: the convolutions of raw-waveform models need 25 ms."""


@dataclass(frozen=True)
class Hearing:
    """The rate a model was trained at, and the most samples it takes at once, if it says."""

    rate_hz: int
    most_samples: int | None


@functools.lru_cache(maxsize=32)
def hearing(model: str, revision: str) -> Hearing:
    """Return what the located model's feature extractor expects.

    Reads JSON alone, so that a worker process needs no torch. Raises ModelError where there is no feature extractor.
    """
    weights = locate(model, revision=revision)
    config = extractor_config(weights)
    if "sampling_rate" not in config:
        raise ModelError(f"{model!r} has no audio feature extractor: no sampling_rate in {weights.folder}")
    most = config.get("nb_max_samples") or config.get("n_samples")
    return Hearing(rate_hz=int(config["sampling_rate"]), most_samples=int(most) if most else None)


def extractor_config(weights: Weights) -> dict[str, Any]:
    """Return the settings of a model's feature extractor, from either file transformers saves them in."""
    nested = weights.read("processor_config.json").get("feature_extractor")
    return weights.read("preprocessor_config.json") or dict(nested or {})


def hear(sound: Sound, expected: Hearing, *, most_seconds: float, window: Window) -> np.ndarray:
    """Return mono float32 samples at the model's rate, no more than ``most_seconds`` nor than the model takes."""
    samples = sound.at(expected.rate_hz)
    most = int(most_seconds * expected.rate_hz)
    most = min(most, expected.most_samples or most)
    start = max(0, len(samples) - most) // 2 if window == "centre" else 0
    excerpt = samples[start : start + most]
    fewest = int(_FEWEST_SECONDS * expected.rate_hz)
    return np.ascontiguousarray(np.pad(excerpt, (0, max(0, fewest - len(excerpt)))))


def padded_length(samples: int, rate_hz: int) -> int:
    """Return the length a waveform is padded to: whole seconds up to eight, a quarter more each time beyond.

    It depends on the waveform's own length alone, and there are few of them.
    """
    seconds = -(-samples // rate_hz)
    length = 8
    while length < seconds:
        length += length // 4
    return (length if seconds > 8 else seconds) * rate_hz
