"""Which texts say nearly the same: MinHash signatures of their shingles."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from pydantic import Field
from rensa import RMinHash

from mmhub import Cleaner, Columns, Distinct, Fact, Options

_WORD = re.compile(r"\w+")
_SEED = 42


class MinHashOptions(Options):
    """What of a text is compared, and how finely."""

    unit: Literal["characters", "words"] = "characters"
    """What a shingle is made of: characters find texts of a few words too, and texts written without spaces."""
    shingle: int = Field(default=4, ge=1)
    """Units in a row that make one shingle; a shorter text is one shingle. Three suit words."""
    permutations: int = Field(default=128, ge=16, multiple_of=4)
    """Numbers in a signature: the estimated similarity of two texts errs by about one through their square root."""


def signatures(texts: Sequence[str], options: MinHashOptions) -> Columns:
    """Return a MinHash signature of each text's shingles, ``None`` for a text without words.

    Case, punctuation and width of letters do not count (Unicode Standard Annex 15, NFKC). Broder, On the resemblance
    and containment of documents, 1997; shingles of characters: Manber, Finding similar files in a large file system,
    1994.
    """
    return {"signature": [_signature(text, options) for text in texts]}


def _signature(text: str, options: MinHashOptions) -> list[int] | None:
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    words = _WORD.findall(folded.casefold())
    if not words:
        return None
    hashed = RMinHash(num_perm=options.permutations, seed=_SEED)
    hashed.update(_shingles(words, options))
    return list(hashed.digest())


def _shingles(words: list[str], options: MinHashOptions) -> list[str]:
    size = options.shingle
    if options.unit == "words":
        return [" ".join(words[start : start + size]) for start in range(max(1, len(words) - size + 1))]
    text = f" {' '.join(words)} "
    return [text[start : start + size] for start in range(max(1, len(text) - size + 1))]


MINHASH = Cleaner(
    name="text/minhash",
    version=2,
    modality="text",
    summary="Finds texts that say nearly the same by the characters they share in a row, and keeps one of them.",
    options=MinHashOptions,
    facts=(Fact(name="signature", dtype="minhash", summary="MinHash signature of shingles."),),
    measure=signatures,
    rules=(Distinct("signature", reason="near-duplicate-text", at_least=0.7),),
)
