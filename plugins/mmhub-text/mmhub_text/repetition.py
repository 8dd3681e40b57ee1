"""How much of a text repeats itself, in lines, paragraphs, words and characters."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_text.words import is_unspaced, lines, paragraphs, tokens, words

_TOP = (2, 3, 4)
_DUPLICATE = (5, 6, 7, 8, 9, 10)
_RUN = 10
_FEWEST = 10
_ROW = re.compile(r"(\S)\1+")


class RepetitionOptions(Options):
    """Of which texts repetition says something."""

    fewest_words: int = Field(default=50, ge=1)
    """A text of fewer words has no shares of n-grams, as Gopher takes no shorter ones: captions say "on the" twice."""


def repetition(texts: Sequence[str], options: RepetitionOptions) -> Columns:
    """Return which shares of the characters, lines and paragraphs of each text, from 0 to 1, are repetition.

    By the rules of Gopher (Rae et al., Scaling language models, 2021, table A1): lines and paragraphs that stand before
    already; the n-gram of 2, 3 or 4 words that covers most, where it stands more than once; and all n-grams of 5 to 10
    words that stand before already, each character counted once. ``repeated_words`` is the share of words that stand
    before already, ``repeated_characters`` that of runs of ten characters (Laurencon et al., The ROOTS corpus, NeurIPS
    2022), both of texts of ten words or more; ``longest_run`` is the longest row of one character.
    """
    rows = [_of(text, options) for text in texts]
    return {fact.name: [row.get(fact.name) for row in rows] for fact in REPETITION.facts}


def _of(text: str, options: RepetitionOptions) -> dict[str, float | int | None]:
    found: dict[str, float | int | None] = {"longest_run": _longest_run(text)}
    # A caption is one line, which repeats nothing.
    found["duplicate_lines"], found["duplicate_line_characters"] = (
        _duplicates(lines(text)) if "\n" in text else (0.0, 0.0)
    )
    found["duplicate_paragraphs"], found["duplicate_paragraph_characters"] = (
        _duplicates(paragraphs(text)) if "\n" in text else (0.0, 0.0)
    )
    spoken = words([token.casefold() for token in tokens(text)])
    if len(spoken) >= _FEWEST:
        found["repeated_words"] = 1 - len(set(spoken)) / len(spoken)
        found["repeated_characters"] = _repeated_characters(text)
    if len(spoken) >= options.fewest_words and not is_unspaced(text):
        found |= _n_grams(spoken)
    return found


def _n_grams(spoken: list[str]) -> dict[str, float | int | None]:
    found: dict[str, float | int | None] = {}
    total = sum(map(len, spoken))
    for size in _TOP:
        found[f"top_{size}_gram"] = _top(spoken, size, total)
    distinct = len(set(_grams(spoken, _DUPLICATE[0]))) == len(spoken) - _DUPLICATE[0] + 1
    for size in _DUPLICATE:
        found[f"duplicate_{size}_grams"] = 0.0 if distinct else _repeated(spoken, size, total)
    return found


def _longest_run(text: str) -> int:
    return max((match.end() - match.start() for match in _ROW.finditer(text)), default=min(1, len(text.strip())))


def _duplicates(parts: list[str]) -> tuple[float, float]:
    """Return the share of parts that stand before already, and that of the characters in them."""
    if not parts:
        return 0.0, 0.0
    seen: set[str] = set()
    again = [part for part in parts if part in seen or seen.add(part)]  # type: ignore[func-returns-value]
    return len(again) / len(parts), sum(map(len, again)) / sum(map(len, parts))


def _grams(spoken: list[str], size: int) -> Iterator[tuple[str, ...]]:
    return zip(*(spoken[start:] for start in range(size)), strict=False)


def _top(spoken: list[str], size: int, total: int) -> float:
    """Return the share of characters in the n-gram that covers most of them, where it stands more than once."""
    counted = Counter(_grams(spoken, size))
    covered = (count * sum(map(len, gram)) for gram, count in counted.items() if count > 1)
    return min(1.0, max(covered, default=0) / total)


def _repeated(spoken: list[str], size: int, total: int) -> float:
    """Return the share of characters in n-grams that stand before already, each word counted once."""
    seen: set[tuple[str, ...]] = set()
    inside = [False] * len(spoken)
    for place, gram in enumerate(_grams(spoken, size)):
        if gram in seen:
            inside[place : place + size] = [True] * size
        seen.add(gram)
    return sum(len(word) for word, again in zip(spoken, inside, strict=True) if again) / total


def _repeated_characters(text: str) -> float:
    runs = len(text) - _RUN + 1
    if runs < 1:
        return 0.0
    return 1 - len({text[start : start + _RUN] for start in range(runs)}) / runs


def _share(name: str, summary: str) -> Fact:
    return Fact(name=name, dtype="float32", summary=summary)


REPETITION = Cleaner(
    name="text/repetition",
    version=1,
    modality="text",
    summary="Measures how much of a text repeats itself, by the rules of Gopher.",
    options=RepetitionOptions,
    facts=(
        Fact(name="longest_run", dtype="int64", summary="Times that one character stands in a row, at most."),
        _share("repeated_words", "Share of words that stand in the text before already."),
        _share("repeated_characters", "Share of runs of ten characters that stand in the text before already."),
        _share("duplicate_lines", "Share of lines that stand in the text before already."),
        _share("duplicate_paragraphs", "Share of paragraphs that stand in the text before already."),
        _share("duplicate_line_characters", "Share of characters in lines that stand in the text before already."),
        _share("duplicate_paragraph_characters", "Share of characters in paragraphs that stand in the text already."),
        *(_share(f"top_{size}_gram", f"Share of characters in the commonest {size} words in a row.") for size in _TOP),
        *(
            _share(f"duplicate_{n}_grams", f"Share of characters in {n} words in a row that came before.")
            for n in _DUPLICATE
        ),
    ),
    measure=repetition,
    rules=(
        Rule("longest_run", reason="long-run", at_most=50),
        Rule("repeated_words", reason="repeated-words", at_most=0.75),
        Rule("repeated_characters", reason="repeated-characters", at_most=0.5),
        Rule("duplicate_lines", reason="duplicate-lines", at_most=0.30),
        Rule("duplicate_paragraphs", reason="duplicate-paragraphs", at_most=0.30),
        Rule("duplicate_line_characters", reason="duplicate-line-characters", at_most=0.20),
        Rule("duplicate_paragraph_characters", reason="duplicate-paragraph-characters", at_most=0.20),
        *(
            Rule(f"top_{n}_gram", reason=f"top-{n}-gram", at_most=most)
            for n, most in zip(_TOP, (0.20, 0.18, 0.16), strict=True)
        ),
        *(
            Rule(f"duplicate_{n}_grams", reason=f"duplicate-{n}-grams", at_most=round(0.20 - 0.01 * n, 2))
            for n in _DUPLICATE
        ),
    ),
)
