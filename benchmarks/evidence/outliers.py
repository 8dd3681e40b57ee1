"""What lies apart from all others: among vectors of photographs by their scores, among facts by their deviation."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from evidence.photographs import Pixels, file_of, part_of, photographs, pixels_of, rounded, seen
from evidence.scoring import Scored, scored
from mmhub import Rule
from mmhub.decide.outliers import isolation, reconstruction
from mmhub.decide.rules import failing, fitted
from mmhub.models.weights import weights_of
from mmhub_image.clip import CLIP, Clip, clip_view

_SOUND, _PLANTED, _ROUNDS = 400, 20, 10
_BATCH = 32
_LOST = 0.01
"""The share of sound vectors above the bound that a score is asked at."""
_WASHED_OUT = 0.08
Foreign = Callable[[np.ndarray, np.random.Generator], np.ndarray]
Score = Callable[[Callable[[np.ndarray], np.ndarray], np.ndarray, np.ndarray], np.ndarray]


def rows(samples: Path, seed: int) -> Iterator[Scored]:
    """Yield a row per score and kind of foreign vector, and one per relative rule on a fact."""
    rng = np.random.default_rng(seed)
    pictures = [pixels_of(path) for path in photographs(samples)]
    parts = [part_of(pictures[n % len(pictures)], rng) for n in range(_SOUND)]
    vectors = _vectors(parts)
    for name, score in _SCORES.items():
        found = {kind: _scored(vectors, score, plant, rng) for kind, plant in _FOREIGN.items()}
        caught = [each for hits, _ in found.values() for each in hits]
        lost = [each for _, losses in found.values() for each in losses]
        yield scored(f"outliers/{name}", caught, lost, f"{_PLANTED} foreign among {_SOUND} vectors of photographs")
        for kind, (hits, losses) in found.items():
            yield scored(f"outliers/{name}/{kind}", hits, losses)
    contrasts = np.array([part.std() for part in parts])
    washed_out = np.array([rounded(128 + (part - 128.0) * _WASHED_OUT).std() for part in parts])
    for relative, note in (("std", "mean less 2 deviations"), ("robust", "median less 3 scaled deviations")):
        yield _by_deviation(contrasts, washed_out, relative, note, rng)


def _scored(
    vectors: np.ndarray, score: Score, plant: Foreign, rng: np.random.Generator
) -> tuple[list[bool], list[bool]]:
    """Return whether foreign vectors, planted anew several times, and sound ones lie above the bound of a score."""
    caught, lost = list[bool](), list[bool]()
    for _ in range(_ROUNDS):
        everything = np.concatenate([vectors, plant(vectors, rng)]).astype(np.float32)
        every = np.arange(len(everything))
        found = score(everything.__getitem__, every, every)
        bound = np.quantile(found[:_SOUND], 1 - _LOST)
        caught += (found[_SOUND:] > bound).tolist()
        lost += (found[:_SOUND] > bound).tolist()
    return caught, lost


def _by_deviation(sound: np.ndarray, planted: np.ndarray, relative: str, note: str, rng: np.random.Generator) -> Scored:
    """Return whether pictures of hardly any contrast are dropped by a rule relative to a dataset with some of them."""
    rule = Rule("contrast", reason="odd", relative=relative, at_least=-2.0 if relative == "std" else -3.0)
    caught, lost = list[bool](), list[bool]()
    for _ in range(_ROUNDS):
        facts = pa.array(np.concatenate([sound, rng.choice(planted, _PLANTED, replace=False)]))
        dropped = failing(fitted(rule, facts), facts, np.arange(len(facts)), len(facts))
        caught += dropped[_SOUND:].tolist()
        lost += dropped[:_SOUND].tolist()
    return scored(f"outliers/{relative}", caught, lost, f"contrast, {note}; {_PLANTED} washed out among {_SOUND}")


def _vectors(pictures: list[Pixels]) -> np.ndarray:
    """Return the vectors of pictures by the small CLIP that comes with the plugin, float32[n, dim]."""
    options = CLIP.options(**CLIP.embedded)
    clip = Clip.load(options, weights_of(options, download=False), "cpu")
    decoded = [picture for each in pictures if (picture := seen(file_of(each, quality=90)))]
    inputs = [clip.prepare(clip_view(each, options, "image"), "image") for each in decoded]
    batches = [inputs[start : start + _BATCH] for start in range(0, len(inputs), _BATCH)]
    return np.concatenate([clip.forward(each, clip.bucket(each[0], "image"), "image") for each in batches])


def _anywhere(vectors: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return vectors as long as those of photographs that point anywhere."""
    made = rng.normal(size=(_PLANTED, vectors.shape[1]))
    length = np.linalg.norm(vectors, axis=1).mean()
    return made * (length / np.linalg.norm(made, axis=1, keepdims=True))


def _mixed(vectors: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return vectors each number of which is that of another photograph: none of them is odd by itself."""
    return vectors[rng.integers(len(vectors), size=(_PLANTED, vectors.shape[1])), np.arange(vectors.shape[1])]


_SCORES: dict[str, Score] = {"isolation": isolation, "reconstruction": reconstruction}
_FOREIGN: dict[str, Foreign] = {"anywhere": _anywhere, "mixed": _mixed}
