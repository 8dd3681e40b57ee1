"""Which language a text is in."""

import functools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from mmhub import Cleaner, Columns, Fact, Options, Rule

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_NOT_LETTERS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+|[\d_]+|<[A-Z]+>")


class LanguageOptions(Options):
    """Which languages are thought of, and how much of a text is read."""

    languages: tuple[str, ...] = ()
    """ISO 639 codes of the languages to choose among; none stands for all 139. A few are told apart better."""
    characters: int = Field(default=1000, ge=16)
    """How many characters of a text are read. Time grows with it: 100 are enough for a cheap guess."""
    fewest_letters: int = Field(default=3, ge=1)
    """A text with fewer letters has no language."""

    @field_validator("languages")
    @classmethod
    def _known(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(codes) - set(_identifier(()).labels)) if codes else []
        if unknown:
            raise ValueError(
                f"{', '.join(map(repr, unknown))} cannot be identified: expected ISO 639 codes such as 'en'"
            )
        return codes


def languages(texts: Sequence[str], options: LanguageOptions) -> Columns:
    """Return the ISO 639 code of each text's language, and how sure that is, from 0 to 1.

    Both are ``None`` for a text without letters. Addresses, digits and masks are not read. The model is naive Bayes
    over n-grams of bytes (Lui and Baldwin, langid.py: an off-the-shelf language identification tool, ACL 2012), in the
    weights that py3langid ships. Confidence is the language's share of the probability of all that are thought of,
    tempered by the length of the text.
    """
    found = [_language(text, options) for text in texts]
    return {"language": [each[0] for each in found], "confidence": [each[1] for each in found]}


def _language(text: str, options: LanguageOptions) -> tuple[str | None, float | None]:
    read = _NOT_LETTERS.sub(" ", text[: options.characters])
    if sum(map(str.isalpha, read)) < options.fewest_letters:
        return None, None
    language, confidence = _identifier(options.languages).classify(read)
    return str(language), float(confidence)


@functools.lru_cache(maxsize=4)
def _identifier(among: tuple[str, ...]) -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    made = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    if among:
        made.set_languages(list(among))
    return made


LANGUAGE = Cleaner(
    name="text/language",
    version=1,
    modality="text",
    summary="Identifies the language of a text, among 139.",
    options=LanguageOptions,
    facts=(
        Fact(
            name="language",
            dtype="string",
            summary="ISO 639 code of the language, of two letters where there is one; absent without letters.",
        ),
        Fact(name="confidence", dtype="float32", summary="How sure the language is, from 0 to 1."),
    ),
    measure=languages,
    rules=(
        # Both say nothing of quality: a recipe names the languages it wants.
        Rule("language", reason="other-language", one_of=("en",), on=False),
        Rule("confidence", reason="uncertain-language", at_least=0.5, on=False),
    ),
)
