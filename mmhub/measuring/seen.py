"""Which keys have been met before, in eight bytes for each."""

from collections import defaultdict

import numpy as np

from mmhub.blocks import heads


class Seen:
    """Keys that were met, by what for: sorted runs of their first eight bytes, merged as they grow.

    Two values of a dataset share the first eight bytes of their sha256 with a chance of one in 10^6 among ten million;
    the second is then measured by the next build.
    """

    def __init__(self) -> None:
        self._runs: dict[str, list[np.ndarray]] = defaultdict(list)

    def new(self, purpose: str, keys: np.ndarray) -> np.ndarray:
        """Return which of ``keys`` uint8[n, 32] are met for the first time, as bool[n]; from now on, none is."""
        met, first = np.unique(heads(keys), return_index=True)
        runs = self._runs[purpose]
        unmet = np.ones(len(met), bool)
        for run in runs:
            unmet &= run[np.minimum(np.searchsorted(run, met), len(run) - 1)] != met
        if unmet.any():
            runs.append(met[unmet])
        while len(runs) > 1 and len(runs[-2]) < 2 * len(runs[-1]):
            last = runs.pop()
            runs[-1] = np.union1d(runs[-1], last)
        fresh = np.zeros(len(keys), bool)
        fresh[first[unmet]] = True
        return fresh
