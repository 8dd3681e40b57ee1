"""Utterances in a row with pauses between them, as heard, and the cues somebody would have written for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from evidence.sounds import made, noise
from evidence.utterances import FRAME, RATE_HZ, Utterance, utterances
from mmhub_audio.voice import FRAME_SECONDS, speech_probability
from mmhub_speech import Cue

_SECONDS = 240.0
_LONGEST_FRAMES = 156
"""A cue is shown for five seconds at most."""
_BRIDGED_FRAMES = 10
_EDGE_SECONDS, _LINGER_SECONDS = 0.1, 0.3
"""How exact the edges of cues are (standard deviation), and how much longer at most they stay than is spoken."""


@dataclass(frozen=True)
class Dialogue:
    """How likely each 32 ms hold speech, float[n], and which of them do."""

    heard: np.ndarray
    active: np.ndarray


def dialogues(samples: Path, count: int, rng: np.random.Generator, *, half: int) -> list[Dialogue]:
    """Return dialogues of four minutes each, of utterances from half of the recordings, in noise."""
    spoken = utterances(samples, half=half)
    return [_dialogue(spoken, rng) for _ in range(count)]


def _dialogue(spoken: Sequence[Utterance], rng: np.random.Generator) -> Dialogue:
    samples: list[np.ndarray] = []
    active: list[np.ndarray] = []
    while sum(map(len, active)) * FRAME_SECONDS < _SECONDS:
        one = spoken[int(rng.integers(0, len(spoken)))]
        pause = round(float(np.clip(rng.lognormal(-0.1, 0.9), 0.2, 8.0)) / FRAME_SECONDS)
        gain = 0.05 * 10.0 ** (rng.normal(0.0, 4.0) / 20.0) / np.sqrt(np.mean(np.square(one.samples)))
        samples += [np.zeros(pause * FRAME), one.samples * gain]
        active += [np.zeros(pause, bool), one.active]
    whole = np.concatenate(samples)
    hiss = noise(len(whole), rng) * 0.05 * 10.0 ** (-rng.uniform(10.0, 40.0) / 20.0)
    return Dialogue(speech_probability(made(whole + hiss, RATE_HZ)), np.concatenate(active))


def stretch(dialogue: Dialogue, seconds: float, rng: np.random.Generator, *, spoken: bool) -> Dialogue:
    """Return a piece of so many seconds, of speech with ``spoken``, else of anything."""
    weights = dialogue.active if spoken else np.ones(len(dialogue.active))
    passed = np.concatenate(([0.0], np.cumsum(weights))) * FRAME_SECONDS
    last = int(np.searchsorted(passed, passed[-1] - seconds, side="right"))
    start = int(rng.integers(0, max(1, last)))
    end = int(np.searchsorted(passed, passed[start] + seconds))
    return Dialogue(dialogue.heard[start:end], dialogue.active[start:end])


def written(active: np.ndarray, rng: np.random.Generator) -> list[Cue]:
    """Return cues for what is spoken: short pauses are bridged, long runs are cut, edges are not quite exact."""
    edges = [edge for run in _runs(active) for edge in _pieces(*run)]
    spans = [
        (
            start * FRAME_SECONDS + rng.normal(0.0, _EDGE_SECONDS),
            end * FRAME_SECONDS + rng.normal(0.0, _EDGE_SECONDS) + rng.uniform(0.0, _LINGER_SECONDS),
        )
        for start, end in edges
    ]
    ends = [*(start for start, _ in spans[1:]), np.inf]
    return [
        Cue(round(start * 1e9), round(max(min(end, after), start + 0.1) * 1e9), "words")
        for (start, end), after in zip(spans, ends, strict=True)
    ]


def _runs(active: np.ndarray) -> list[list[int]]:
    turns = np.flatnonzero(np.diff(np.concatenate(([0], active.astype(np.int8), [0]))))
    runs: list[list[int]] = []
    for start, end in zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True):
        if runs and start - runs[-1][1] <= _BRIDGED_FRAMES:
            runs[-1][1] = end
        else:
            runs.append([start, end])
    return runs


def _pieces(start: int, end: int) -> list[tuple[int, int]]:
    edges = np.linspace(start, end, -(-(end - start) // _LONGEST_FRAMES) + 1).round().astype(int).tolist()
    return list(pairwise(edges))
