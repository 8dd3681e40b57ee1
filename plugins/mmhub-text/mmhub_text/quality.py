"""The rules by which Gopher and C4 chose their documents, each as a fact with its name."""

import re
from collections.abc import Sequence

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_text.words import is_unspaced, lines, tokens, words

_STOP_WORDS = frozenset({"the", "be", "to", "of", "and", "that", "have", "with"})
_BULLETS = ("•", "‣", "▪", "●", "◦", "⁃", "∙", "·", "■", "►", "-", "*", "–")
_ELLIPSES = ("...", "…")
_SYMBOL = re.compile(r"#|\.\.\.|…")
_TERMINAL = (".", "!", "?", '"', "”", "。", "！", "？", "…", "।", "؟", "۔", "»", "」", "’", "'")
_SENTENCE_END = re.compile(r"[.!?。！？।؟۔]+[\"'”’»」)]*(?:\s|$)|(?<=[。！？])")
_POLICY = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")
_LETTER = re.compile(r"[^\W\d_]")
_PLAIN = re.compile(r"[a-z]+(?:['’][a-z]+)*")


def quality(texts: Sequence[str], options: Options) -> Columns:
    """Return what the rules of Gopher and C4 count in each text; shares are from 0 to 1.

    Gopher (Rae et al., Scaling language models, 2021, appendix A.1.1): words, their mean length, symbols (hashes and
    ellipses) per word, lines that begin with a bullet or end with an ellipsis, words with a letter, and English stop
    words. C4 (Raffel et al., Exploring the limits of transfer learning, JMLR 2020, 2.2): lines that end a sentence,
    lines that speak of JavaScript or of terms of use, sentences, "lorem ipsum", and curly brackets. Digits, capitals
    and signs are shares of the characters that are not white space.
    """
    rows = [_of(text) for text in texts]
    return {fact.name: [row[fact.name] for row in rows] for fact in QUALITY.facts}


def _of(text: str) -> dict[str, float | int | bool | None]:
    found = tokens(text)
    spoken = words(found)
    return {**_by_word(text, spoken), **_by_line(text), **_by_character(text)}


def _by_word(text: str, spoken: list[str]) -> dict[str, float | int | None]:
    count = len(spoken)
    lowered = set(_PLAIN.findall(text.lower()))
    return {
        "words": count,
        "mean_word_length": sum(map(len, spoken)) / count if count and not is_unspaced(text) else None,
        "symbol_ratio": len(_SYMBOL.findall(text)) / max(count, 1),
        "alphabetic_words": sum(word.isalpha() or bool(_LETTER.search(word)) for word in spoken) / count
        if count
        else None,
        "stop_words": len(_STOP_WORDS & lowered),
    }


def _by_line(text: str) -> dict[str, float | int]:
    found = lines(text)
    lowered = text.lower()
    count = max(len(found), 1)
    return {
        "bullet_lines": sum(line.startswith(_BULLETS) for line in found) / count,
        "ellipsis_lines": sum(line.endswith(_ELLIPSES) for line in found) / count,
        "terminal_lines": sum(line.endswith(_TERMINAL) for line in found) / count,
        "sentences": len(_SENTENCE_END.findall(text)),
        "javascript_lines": sum("javascript" in line.lower() for line in found) if "javascript" in lowered else 0,
        "policy_lines": sum(any(phrase in line.lower() for phrase in _POLICY) for line in found)
        if any(phrase in lowered for phrase in _POLICY)
        else 0,
        "lorem_ipsum": "lorem ipsum" in lowered,
        "curly_brackets": "{" in text or "}" in text,
    }


def _by_character(text: str) -> dict[str, float | None]:
    dense = "".join(text.split())
    if not dense:
        return {"digit_ratio": None, "upper_ratio": None, "sign_ratio": None}
    letters = sum(map(str.isalpha, dense))
    digits = sum(map(str.isdigit, dense))
    return {
        "digit_ratio": digits / len(dense),
        "upper_ratio": sum(map(str.isupper, dense)) / letters if letters else None,
        # Vowel signs of Indic and Arabic scripts are marks, neither letters nor signs.
        "sign_ratio": sum(not (char.isalnum() or _is_mark(char)) for char in dense) / len(dense),
    }


def _is_mark(char: str) -> bool:
    import unicodedata

    return char > "\u02ff" and unicodedata.category(char).startswith("M")


QUALITY = Cleaner(
    name="text/quality",
    version=1,
    modality="text",
    summary="Measures what the rules of Gopher and C4 ask of a document; those that suit captions too are on.",
    facts=(
        Fact(name="words", dtype="int64", summary="Words; a letter of a script without spaces is one."),
        Fact(
            name="mean_word_length", dtype="float32", summary="Characters per word; absent in scripts without spaces."
        ),
        Fact(name="symbol_ratio", dtype="float32", summary="Hashes and ellipses per word."),
        Fact(name="alphabetic_words", dtype="float32", summary="Share of words that hold a letter."),
        Fact(name="stop_words", dtype="int64", summary="How many of the, be, to, of, and, that, have, with occur."),
        Fact(name="bullet_lines", dtype="float32", summary="Share of lines that begin with a bullet."),
        Fact(name="ellipsis_lines", dtype="float32", summary="Share of lines that end with an ellipsis."),
        Fact(name="terminal_lines", dtype="float32", summary="Share of lines that end as a sentence does."),
        Fact(name="sentences", dtype="int64", summary="Ends of sentences."),
        Fact(name="javascript_lines", dtype="int64", summary="Lines that speak of JavaScript."),
        Fact(name="policy_lines", dtype="int64", summary="Lines that speak of terms of use, privacy or cookies."),
        Fact(name="lorem_ipsum", dtype="bool", summary="Whether it holds the placeholder text."),
        Fact(name="curly_brackets", dtype="bool", summary="Whether it holds a curly bracket."),
        Fact(name="digit_ratio", dtype="float32", summary="Share of characters that are digits."),
        Fact(name="upper_ratio", dtype="float32", summary="Share of letters that are capitals."),
        Fact(name="sign_ratio", dtype="float32", summary="Share of characters that are neither letters nor digits."),
    ),
    measure=quality,
    rules=(
        Rule("mean_word_length", reason="word-length", at_least=1.5, at_most=20),
        Rule("alphabetic_words", reason="few-alphabetic-words", at_least=0.2),
        Rule("sign_ratio", reason="many-signs", at_most=0.6),
        Rule("lorem_ipsum", reason="lorem-ipsum", one_of=(False,)),
        # The published bounds are those of web documents: a caption has neither stop words nor sentences enough.
        Rule("words", reason="gopher-word-count", at_least=50, at_most=100_000, on=False),
        Rule("mean_word_length", reason="gopher-word-length", at_least=3, at_most=10, on=False),
        Rule("symbol_ratio", reason="gopher-symbol-ratio", at_most=0.1, on=False),
        Rule("bullet_lines", reason="gopher-bullet-lines", at_most=0.9, on=False),
        Rule("ellipsis_lines", reason="gopher-ellipsis-lines", at_most=0.3, on=False),
        Rule("alphabetic_words", reason="gopher-alphabetic-words", at_least=0.8, on=False),
        Rule("stop_words", reason="gopher-stop-words", at_least=2, on=False),
        Rule("terminal_lines", reason="c4-terminal-punctuation", at_least=0.5, on=False),
        Rule("sentences", reason="c4-sentences", at_least=3, on=False),
        Rule("javascript_lines", reason="c4-javascript", at_most=0, on=False),
        Rule("policy_lines", reason="c4-policy", at_most=0, on=False),
        Rule("curly_brackets", reason="c4-curly-bracket", one_of=(False,), on=False),
        Rule("digit_ratio", reason="many-digits", at_most=0.3, on=False),
        Rule("upper_ratio", reason="many-capitals", at_most=0.7, on=False),
    ),
)
