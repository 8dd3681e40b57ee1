"""How unlike the others of its dataset a vector is: two scores, fitted to a sample, and repeatable to the bit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from mmhub.errors import RecipeError

if TYPE_CHECKING:
    import torch

Read = Callable[[np.ndarray], np.ndarray]
"""Returns the vectors at some places, int64[m], as float32[m, dim]."""
SAMPLE = 20_000
"""Vectors a model is fitted to, at most."""
_AT_ONCE = 4096
_TREES, _SEED = 200, 0
_FLAT = 1e-9
_STEPS, _BATCH, _RATE = 800, 256, 2e-3


def isolation(read: Read, sample: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return the anomaly score of the vectors at ``places``, float64 in 0 to 1, by a forest fitted to ``sample``.

    The sooner random cuts part a vector from the others, the higher (Liu, Ting and Zhou, Isolation forest, 2008). The
    cuts run along the principal axes of the sample, of which each counts the same: what is odd about a vector is
    rarely one of its numbers.
    """
    try:
        from sklearn.decomposition import PCA
        from sklearn.ensemble import IsolationForest
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise RecipeError("`isolation` needs scikit-learn: `pip install 'mmhub[learn]'`") from error
    seen = read(sample).astype(np.float64)
    # The order of sums depends on the number of threads.
    with threadpool_limits(limits=1):
        axes = PCA(_rank(seen), whiten=True, svd_solver="covariance_eigh").fit(seen)
        forest = IsolationForest(n_estimators=_TREES, random_state=_SEED).fit(axes.transform(seen))
        return _scored(places, lambda some: -forest.score_samples(axes.transform(read(some).astype(np.float64))))


def _rank(vectors: np.ndarray) -> int:
    """Return along how many axes vectors differ by more than rounding."""
    spreads = np.linalg.eigvalsh(np.atleast_2d(np.cov(vectors.T)))
    return max(1, min(int((spreads > _FLAT * spreads[-1]).sum()), len(vectors) - 1))


def reconstruction(read: Read, sample: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return how badly an autoencoder fitted to ``sample`` gives back the vectors at ``places``, float64 from 0 on.

    It is the mean squared error in standard deviations of each number (Hawkins et al., Outlier detection using
    replicator neural networks, 2002).
    """
    try:
        import torch
    except ImportError as error:
        raise RecipeError("`reconstruction` needs torch, which any plugin with an encoder brings") from error
    seen = read(sample).astype(np.float64)
    mean, spread = seen.mean(axis=0), np.maximum(seen.std(axis=0), 1e-6)

    def scaled(vectors: np.ndarray) -> "torch.Tensor":
        return torch.from_numpy((vectors - mean) / spread)

    with _alone():
        weights = [each.detach().double() for each in _trained(scaled(seen).float())]

        def error_of(some: np.ndarray) -> np.ndarray:
            whole = scaled(read(some))
            errors = (_passed(whole, weights) - whole).square().mean(dim=1)
            # The last bits of a product depend on what it is computed with: these are not among those that stay.
            return np.asarray(errors.float(), dtype=np.float64)

        return _scored(places, error_of)


def scores(fact: str, read: Read, sample: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return one of the two scores by its name."""
    return {"isolation": isolation, "reconstruction": reconstruction}[fact](read, sample, places)


def _scored(places: np.ndarray, score: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    parts = [score(places[start : start + _AT_ONCE]) for start in range(0, len(places), _AT_ONCE)]
    return np.concatenate([np.zeros(0), *parts])


def _trained(vectors: "torch.Tensor") -> list["torch.Tensor"]:
    """Return the weights of an autoencoder of float32[n, dim], which has a hidden layer on either side of its neck."""
    import torch

    draw = torch.Generator().manual_seed(_SEED)
    dim = vectors.shape[1]
    sizes = [dim, min(128, max(8, dim)), min(32, max(1, dim // 4)), min(128, max(8, dim)), dim]
    weights = []
    for before, after in pairwise(sizes):
        weights.append((torch.randn(before, after, generator=draw) / before**0.5).requires_grad_())
        weights.append(torch.zeros(after).requires_grad_())
    adam: Any = torch.optim.Adam(weights, lr=_RATE, foreach=False)
    for _ in range(_STEPS):
        batch = vectors[torch.randint(len(vectors), (_BATCH,), generator=draw)]
        adam.zero_grad()
        (_passed(batch, weights) - batch).square().mean().backward()  # type: ignore[no-untyped-call]
        adam.step()
    return weights


def _passed(batch: "torch.Tensor", weights: list["torch.Tensor"]) -> "torch.Tensor":
    for place in range(0, len(weights), 2):
        batch = batch @ weights[place] + weights[place + 1]
        # Neither the neck nor what is given back is bent.
        batch = batch.tanh() if place in (0, 4) else batch
    return batch


@contextmanager
def _alone() -> Iterator[None]:
    """Let torch compute in one thread, as the order of its sums depends on their number."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
