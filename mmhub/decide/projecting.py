"""Vectors made up for units that lack a field, from the vectors of the fields they have."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from mmhub.errors import RecipeError

Vectors = tuple[np.ndarray, np.ndarray]
"""Units, ascending int64[n], and a vector of each, float32[n, dim]."""
SAMPLE = 20_000
"""Units that a projection is fitted to, at most."""
_FEWEST = 8
_PENALTY = 1.0


def projected(
    target: str, vectors: Mapping[str, Vectors], lacking: np.ndarray, order: np.ndarray, *, normalise: bool
) -> Vectors:
    """Return vectors of the encoding ``target`` for those of the units ``lacking`` (int64) that have any other.

    Units that have the same others are projected together, by a ridge regression (Hoerl and Kennard, 1970) fitted to
    units that have all of these and the target, at most the first 20,000 of them in ``order`` (int64, by chance).
    """
    others = [name for name in vectors if name != target]
    units, made = [], []
    for pattern, some in _patterns(others, vectors, lacking):
        complete = order[np.all([np.isin(order, vectors[name][0]) for name in (target, *pattern)], axis=0)][:SAMPLE]
        if len(complete) >= _FEWEST:
            units.append(some)
            seen, wanted = (_joined(pattern, vectors, each) for each in (complete, some))
            made.append(_predicted(seen, _of(vectors[target], complete), wanted))
    if not units:
        return np.zeros(0, np.int64), np.zeros((0, vectors[target][1].shape[1]), np.float32)
    found = np.concatenate(made)
    if normalise:
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
    every = np.concatenate(units)
    turn = np.argsort(every)
    return every[turn], found[turn].astype(np.float32)


def _patterns(
    others: Sequence[str], vectors: Mapping[str, Vectors], lacking: np.ndarray
) -> Iterator[tuple[tuple[str, ...], np.ndarray]]:
    """Yield, for each set of other encodings that units have, these and the units."""
    has = np.stack([np.isin(lacking, vectors[name][0]) for name in others]) if others else np.zeros((0, len(lacking)))
    for pattern in np.unique(has, axis=1).T:
        names = tuple(name for name, there in zip(others, pattern.tolist(), strict=True) if there)
        if names:
            yield names, lacking[(has == pattern[:, np.newaxis]).all(axis=0)]


def _predicted(seen: np.ndarray, targets: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    try:
        from sklearn.linear_model import Ridge
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise RecipeError("to impute by 'ridge' needs scikit-learn: `pip install 'mmhub[learn]'`") from error
    # The order of sums depends on the number of threads.
    with threadpool_limits(limits=1):
        found: np.ndarray = Ridge(alpha=_PENALTY, solver="cholesky").fit(seen, targets).predict(wanted)
    return found.reshape(len(wanted), -1)


def _joined(names: Sequence[str], vectors: Mapping[str, Vectors], units: np.ndarray) -> np.ndarray:
    return np.concatenate([_of(vectors[name], units) for name in names], axis=1)


def _of(vectors: Vectors, units: np.ndarray) -> np.ndarray:
    """Return the vectors of units, all of which have one, as float64."""
    return vectors[1][np.searchsorted(vectors[0], units)].astype(np.float64)
