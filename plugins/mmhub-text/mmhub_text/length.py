"""How long a text is, in characters and in words."""

import re
from collections.abc import Sequence

from mmhub import Cleaner, Columns, Fact, Options, Rule

_UNSPACED = r"぀-ヿ㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_][^\s{_UNSPACED}]*")


def lengths(texts: Sequence[str], options: Options) -> Columns:
    """Return the number of characters and of words of each text.

    A word is what stands between white space and holds a letter or digit. Han and kana, which are written
    without spaces, count one each, as at the word boundaries of Unicode Standard Annex 29.
    """
    return {
        "characters": [len(text.strip()) for text in texts],
        "words": [len(_WORD.findall(text)) for text in texts],
    }


LENGTH = Cleaner(
    name="text/length",
    version=1,
    modality="text",
    summary="Counts characters and words, and drops texts that are empty, without a word, or far too long.",
    facts=(
        Fact(name="characters", dtype="int64", summary="Characters, without white space at either end."),
        Fact(name="words", dtype="int64", summary="Words; each Han or kana character is one."),
    ),
    measure=lengths,
    rules=(
        Rule("characters", reason="empty", at_least=1),
        # Sound labels and spoken replies are often a single word.
        Rule("words", reason="too-short", at_least=1),
        Rule("characters", reason="too-long", at_most=50_000),
    ),
)
