"""Which texts say nearly the same: MinHash signatures of their word shingles."""

import re
from collections.abc import Sequence

from pydantic import Field
from rensa import RMinHash

from mmhub import Cleaner, Columns, Distinct, Fact, Options

_WORD = re.compile(r"\w+")
_SEED = 42


class MinHashOptions(Options):
    """What of a text is compared, and how finely."""

    shingle_words: int = Field(default=3, ge=1)
    """Words in a row that make one shingle; a shorter text is one shingle."""
    permutations: int = Field(default=128, ge=16, multiple_of=4)
    """Numbers in a signature: the estimated similarity of two texts errs by about one through their square root."""


def signatures(texts: Sequence[str], options: MinHashOptions) -> Columns:
    """Return a MinHash signature of each text's lower-case words in a row, ``None`` for a text without words.

    Broder, On the resemblance and containment of documents, 1997.
    """
    return {"signature": [_signature(text, options) for text in texts]}


def _signature(text: str, options: MinHashOptions) -> list[int] | None:
    words = _WORD.findall(text.lower())
    if not words:
        return None
    size = options.shingle_words
    shingles = [" ".join(words[start : start + size]) for start in range(max(1, len(words) - size + 1))]
    hashed = RMinHash(num_perm=options.permutations, seed=_SEED)
    hashed.update(shingles)
    return list(hashed.digest())


MINHASH = Cleaner(
    name="text/minhash",
    version=1,
    modality="text",
    summary="Finds texts that say nearly the same by the words they share in a row, and keeps one of them.",
    options=MinHashOptions,
    facts=(Fact(name="signature", dtype="minhash", summary="MinHash signature of word shingles."),),
    measure=signatures,
    rules=(Distinct("signature", reason="near-duplicate-text", at_least=0.7),),
)
