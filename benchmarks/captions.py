"""Captions for rows that nobody wrote one for."""

import numpy as np

_WORDS = (
    "a the red green small large old young man woman dog cat horse street beach table kitchen rides holds "
    "watches under near with two three people bicycle train bench umbrella ball plate cake tree river "
    "snow grass wooden"
).split()


def caption(rng: np.random.Generator, words: int = 12) -> str:
    """Return so many words as captions of photographs use them, in no order."""
    return " ".join(rng.choice(_WORDS, words))
