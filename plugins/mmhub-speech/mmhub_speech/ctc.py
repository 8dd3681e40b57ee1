"""Letters found in a recording by any CTC model of transformers (Graves et al. 2006), and words by their letters."""

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmhub import ModelError, locate, pretrained
from mmhub_audio.sound import NS_PER_SECOND
from mmhub_speech.alignment import RATE_HZ, Found
from mmhub_speech.transcript import Said


@dataclass(frozen=True)
class Listener:
    """A loaded model, what it makes of a sound before, and the places of its letters, of the blank and of a gap."""

    model: Any
    features: Any
    letters: Mapping[str, int]
    blank: int
    gap: int | None

    def read(self, token: Said) -> tuple[str, ...]:
        """Return the letters of a word that the model knows, nothing where it misses one."""
        word = "".join(letter for letter in token.text if letter.isalnum() or letter == "'")
        known = next((cased for cased in (word, word.lower(), word.upper()) if set(cased) <= set(self.letters)), "")
        return (known,) if known else ()

    def find(self, samples: np.ndarray, words: Sequence[str]) -> list[Found] | None:
        """Return when each word is spoken in a sound, float[n] at 16 kHz; None where it is too short for them."""
        logs = self._heard(samples)
        ids, owners = self._spelled(words)
        path = best_path(logs, ids, self.blank)
        if path is None:
            return None
        best = logs.max(axis=1)
        frame_ns = len(samples) / RATE_HZ * NS_PER_SECOND / len(logs)
        return [_found(np.flatnonzero(owners[path] == n), path, logs, best, ids, frame_ns) for n in range(len(words))]

    def _heard(self, samples: np.ndarray) -> np.ndarray:
        """Return the log-probabilities of all letters, float32[frames, letters]."""
        import torch

        values = self.features(samples, sampling_rate=RATE_HZ, return_tensors="pt").input_values
        with torch.inference_mode():
            return np.asarray(self.model(values).logits[0].float().log_softmax(dim=-1).numpy())

    def _spelled(self, words: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return the letters of all words, with a gap between two, and which word each is of; a gap of none, -1."""
        ids: list[int] = []
        owners: list[int] = []
        for number, word in enumerate(words):
            if ids and self.gap is not None:
                ids.append(self.gap)
                owners.append(-1)
            ids += [self.letters[letter] for letter in word]
            owners += [number] * len(word)
        return np.array(ids), np.array([*owners, -1])


def _found(
    frames: np.ndarray, path: np.ndarray, logs: np.ndarray, best: np.ndarray, ids: np.ndarray, frame_ns: float
) -> Found:
    said = logs[frames, ids[path[frames]]] - best[frames]
    return Found(round(frames[0] * frame_ns), round((frames[-1] + 1) * frame_ns), float(said.sum()), len(frames))


def best_path(logs: np.ndarray, ids: np.ndarray, blank: int) -> np.ndarray | None:
    """Return for each frame which of ``ids`` is heard, -1 for a blank: the likeliest way through all of them.

    ``logs`` are log-probabilities, float[frames, letters]. It is None where there are too few frames.
    """
    states = np.full(2 * len(ids) + 1, blank)
    states[1::2] = ids
    skips = np.zeros(len(states), bool)
    skips[3::2] = ids[1:] != ids[:-1]
    score = np.full(len(states), -np.inf)
    score[:2] = logs[0, states[:2]]
    steps = np.zeros((len(logs), len(states)), np.int8)
    for frame in range(1, len(logs)):
        before = np.full((3, len(states)), -np.inf)
        before[0] = score
        before[1, 1:] = score[:-1]
        before[2, 2:] = np.where(skips[2:], score[:-2], -np.inf)
        steps[frame] = before.argmax(axis=0)
        score = before.max(axis=0) + logs[frame, states]
    last = len(states) - 1 if score[-1] > score[-2] else len(states) - 2
    if not np.isfinite(score[last]):
        return None
    path = np.empty(len(logs), int)
    for frame in range(len(logs) - 1, -1, -1):
        path[frame] = last // 2 if last % 2 else -1
        last -= steps[frame, last]
    return path


@functools.cache
def listener(model: str, revision: str) -> Listener:
    """Return a CTC model of transformers that is in the cache or in a folder; raise ModelError where it is none."""
    import torch
    from transformers import AutoFeatureExtractor

    weights = locate(model, revision=revision)
    loaded = pretrained(weights, dtype="float32", device="cpu", auto="AutoModelForCTC")
    try:
        letters = json.loads((weights.folder / "vocab.json").read_text(encoding="utf-8"))
        features = AutoFeatureExtractor.from_pretrained(weights.folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise ModelError(f"{model!r} is no CTC model with a vocab.json of letters: {error}") from error
    torch.set_num_threads(1)
    blank = int(weights.config.get("pad_token_id") or 0)
    return Listener(loaded, features, letters, blank, letters.get("|"))
