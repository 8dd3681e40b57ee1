"""What becomes of emoji: they stay, go, or are written out."""

import re
from collections.abc import Sequence
from typing import Literal

from mmhub import Cleaner, Options

_PLAIN = re.compile(r"[\x00-\u00a8\u00aa-\u00ad\u00af-\u2000]*")


class EmojiOptions(Options):
    """What becomes of emoji."""

    policy: Literal["keep", "strip", "expand"] = "expand"
    """Whether an emoji stays, is taken out, or is written as its name: ``😀`` as ``grinning face``."""
    language: Literal["en", "es", "pt", "it", "fr", "de", "fa", "id", "zh", "ja", "ko", "ru", "tr", "ar"] = "en"
    """The language names are in, as the Unicode Common Locale Data Repository has them."""


def settled(texts: Sequence[str], options: EmojiOptions) -> list[str | None]:
    """Return each text with its emoji stripped or expanded, or ``None`` where there was none.

    Emoji are the sequences of Unicode Technical Standard 51, flags and joined families among them. Signs that are
    text unless asked to be pictures (``©``, ``™``, digits) stay.
    """
    if options.policy == "keep":
        return [None] * len(texts)
    return [None if _PLAIN.fullmatch(text) else _settled(text, options) for text in texts]


def _settled(text: str, options: EmojiOptions) -> str | None:
    import emoji

    if options.language != "en":
        emoji.config.load_language(options.language)

    def words(chars: str, data: dict[str, str]) -> str:
        if chars in "©®™〰〽㊗㊙‼⁉ℹ" or options.policy == "strip":
            return chars if chars in "©®™〰〽㊗㊙‼⁉ℹ" else " "
        name = data.get(options.language) or data["en"]
        return f" {name.strip(':').replace('_', ' ').replace('-', ' ')} "

    after = emoji.replace_emoji(text, replace=words)
    if after == text:
        return None
    return re.sub(r"[^\S\n]+(?=[.,;:!?…])", "", re.sub(r"[^\S\n]{2,}", " ", after)).strip()


EMOJI = Cleaner(
    name="text/emoji",
    version=1,
    modality="text",
    summary="Repairs texts that hold emoji: strips them, or writes their names out.",
    options=EmojiOptions,
    repair=settled,
)
