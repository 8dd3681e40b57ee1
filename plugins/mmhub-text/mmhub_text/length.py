"""How long a text is, in characters, in words and in tokens."""

import functools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mmhub import Cleaner, Columns, Fact, ModelError, Options, Rule, locate

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_UNSPACED = r"぀-ヿ㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_][^\s{_UNSPACED}]*")


class LengthOptions(Options):
    """What counts tokens."""

    tokenizer: str | None = None
    """The model whose tokens are counted: one of the Hub that is in its cache, a folder, or ``package:name``."""
    tokenizer_revision: str = "main"
    """The branch, tag or commit of that model on the Hub."""


def lengths(texts: Sequence[str], options: LengthOptions) -> Columns:
    """Return the number of characters, words and tokens of each text; raises ModelError where no tokenizer is found.

    A word is what stands between white space and holds a letter or digit. Han and kana, which are written
    without spaces, count one each, as at the word boundaries of Unicode Standard Annex 29. Tokens are those between the
    marks a model adds, and ``None`` where no tokenizer is named.
    """
    return {
        "characters": [len(text.strip()) for text in texts],
        "words": [len(_WORD.findall(text)) for text in texts],
        "tokens": _tokens(texts, options),
    }


def _tokens(texts: Sequence[str], options: LengthOptions) -> Sequence[int | None]:
    if options.tokenizer is None:
        return [None] * len(texts)
    tokenizer = _tokenizer(options.tokenizer, options.tokenizer_revision)
    return [len(tokenizer.encode(text, add_special_tokens=False).ids) for text in texts]


@functools.lru_cache(maxsize=2)
def _tokenizer(model: str, revision: str) -> "Tokenizer":
    from tokenizers import Tokenizer

    path = locate(model, revision=revision).folder / "tokenizer.json"
    if not path.exists():
        raise ModelError(f"{model!r} in {path.parent} has no 'tokenizer.json': name a model that has one")
    made = Tokenizer.from_file(str(path))
    made.no_truncation()
    made.no_padding()
    return made


LENGTH = Cleaner(
    name="text/length",
    version=2,
    modality="text",
    summary="Counts characters, words and tokens, and drops texts that are empty, without a word, or far too long.",
    options=LengthOptions,
    facts=(
        Fact(name="characters", dtype="int64", summary="Characters, without white space at either end."),
        Fact(name="words", dtype="int64", summary="Words; each Han or kana character is one."),
        Fact(name="tokens", dtype="int64", summary="Tokens of the tokenizer; absent where none is named."),
    ),
    measure=lengths,
    rules=(
        Rule("characters", reason="empty", at_least=1),
        # Sound labels and spoken replies are often a single word.
        Rule("words", reason="too-short", at_least=1),
        Rule("characters", reason="too-long", at_most=50_000),
        Rule("tokens", reason="too-many-tokens", at_most=512, on=False),
    ),
)
