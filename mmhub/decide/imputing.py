"""Facts made up for units that lack them, from what is known of the others."""

import warnings
from typing import Literal

import numpy as np

from mmhub.errors import RecipeError

Way = Literal["mean", "median", "neighbours", "iterative"]
SAMPLE = 5_000
"""Units that neighbours are looked for among, and that equations are fitted to, at most."""
_AT_ONCE = 1_024
_NEIGHBOURS, _ROUNDS, _SEED = 5, 10, 0


def imputed(way: Way, known: np.ndarray, wanted: np.ndarray, target: int) -> np.ndarray:
    """Return the fact in column ``target`` for each of the units ``wanted`` float64[m, facts], which lack it.

    ``known`` float64[n, facts] are units it may be learned from, NaN where a fact is not known, in an order that does
    not depend on that of rows. ``neighbours`` is the mean of the five nearest by what both have (Troyanskaya et al.,
    Missing value estimation methods for DNA microarrays, 2001), ``iterative`` a ridge regression on the other facts,
    in turn (van Buuren and Groothuis-Oudshoorn, mice, 2011). NaN where nothing at all is known.
    """
    values = np.sort(known[~np.isnan(known[:, target]), target])
    if not len(values):
        return np.full(len(wanted), np.nan)
    if way in ("mean", "median"):
        return np.full(len(wanted), np.mean(values) if way == "mean" else np.median(values))
    return _learned(way, known[:SAMPLE], wanted, target)


def _learned(way: Way, known: np.ndarray, wanted: np.ndarray, target: int) -> np.ndarray:
    try:
        from sklearn.experimental import enable_iterative_imputer  # noqa: F401
        from sklearn.impute import IterativeImputer, KNNImputer
    except ImportError as error:
        raise RecipeError(f"to impute by {way!r} needs scikit-learn: `pip install 'mmhub[learn]'`") from error
    # Distances, and penalties, count every fact in its own deviations.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        middle, spread = np.nan_to_num(np.nanmean(known, axis=0)), np.nan_to_num(np.nanstd(known, axis=0))
    spread = np.where(spread > 0, spread, 1.0)
    maker = (
        KNNImputer(n_neighbors=_NEIGHBOURS, keep_empty_features=True)
        if way == "neighbours"
        else IterativeImputer(max_iter=_ROUNDS, random_state=_SEED, keep_empty_features=True)
    )
    with warnings.catch_warnings():
        # That the last round still moved a little is no news for who asked for so many.
        warnings.simplefilter("ignore")
        maker.fit((known - middle) / spread)
        parts = [
            maker.transform((wanted[start : start + _AT_ONCE] - middle) / spread)[:, target]
            for start in range(0, len(wanted), _AT_ONCE)
        ]
    found: np.ndarray = np.concatenate([np.zeros(0), *parts]) * spread[target] + middle[target]
    return found
