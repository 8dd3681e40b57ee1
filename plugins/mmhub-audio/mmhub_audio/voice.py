"""Where a sound holds speech, by Silero VAD, whose weights come in its wheel (github.com/snakers4/silero-vad).

Its package imports torch, so that only the file of weights is used, by ONNX Runtime.
"""

import functools
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from mmhub import ModelError
from mmhub_audio.sound import Sound

RATE_HZ = 16_000
FRAME_SAMPLES = 512
FRAME_SECONDS = FRAME_SAMPLES / RATE_HZ
_CONTEXT = 64
"""Samples before a frame that the network sees with it."""
_BLOCK = 512
_WEIGHTS = "data/silero_vad_16k_sequence.onnx"
_ERRORS_ONLY = 3


def speech_probability(sound: Sound) -> np.ndarray:
    """Return how likely each 32 ms of a sound hold speech, float32[ceil(n / 512)]; kept with the sound.

    Raises ModelError where the installed silero-vad holds no such weights.
    """
    if "_speech" not in sound.__dict__:
        sound.__dict__["_speech"] = _heard(sound.at(RATE_HZ))
    found: np.ndarray = sound.__dict__["_speech"]
    return found


def _heard(samples: np.ndarray) -> np.ndarray:
    hidden = cell = np.zeros((1, 1, 128), dtype=np.float32)
    found = []
    for frames in _blocks(samples):
        inputs = {"input": frames, "h": hidden, "c": cell}
        likely, hidden, cell = _network().run(["speech_probs", "hn", "cn"], inputs)
        found.append(likely)
    return np.concatenate(found) if found else np.zeros(0, dtype=np.float32)


def _blocks(samples: np.ndarray) -> Iterator[np.ndarray]:
    """Yield frames with the context before them, float32[n, 576]; the last is padded with silence."""
    padded = np.pad(samples, (_CONTEXT, -len(samples) % FRAME_SAMPLES)).astype(np.float32, copy=False)
    if len(padded) < _CONTEXT + FRAME_SAMPLES:
        return
    cut = np.lib.stride_tricks.sliding_window_view(padded, _CONTEXT + FRAME_SAMPLES)[::FRAME_SAMPLES]
    for start in range(0, len(cut), _BLOCK):
        yield np.ascontiguousarray(cut[start : start + _BLOCK])


@functools.cache
def _network() -> Any:
    """Return the network, on one thread: there is a worker process for every core."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    return onnxruntime.InferenceSession(str(_weights()), options, providers=["CPUExecutionProvider"])


def _weights() -> Path:
    found = find_spec("silero_vad")
    folders = found.submodule_search_locations if found else None
    path = Path(folders[0]) / _WEIGHTS if folders else Path(_WEIGHTS)
    if not path.is_file():
        raise ModelError(f"no {_WEIGHTS} in the installed silero-vad: install silero-vad 6.2 or later")
    return path
