"""A text as the lines, paragraphs and words that the published rules count."""

import re

# Scripts written without spaces: what stands between two spaces is no word there.
# Both patterns are costly to compile, which `re` does once, when it is first asked for them.
_UNSPACED = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
_TOKEN = rf"{_UNSPACED}|[^\s{_UNSPACED[1:-1]}]+"
_WORD = re.compile(r"\w")
_AROUND = re.compile(r"^[\W_]+|[\W_]+$")
_PARAGRAPH = re.compile(r"\n\s*\n")


def tokens(text: str) -> list[str]:
    """Return what stands between white space; each Han, kana, Thai, Lao, Khmer or Burmese letter stands alone."""
    return text.split() if text.isascii() else re.findall(_TOKEN, text)


def words(found: list[str]) -> list[str]:
    """Return the tokens that hold a letter or a digit."""
    return [token for token in found if token.isalnum() or _WORD.search(token)]


def spoken(text: str) -> list[str]:
    """Return the words of a text as they are heard: in lower case, without punctuation around them."""
    return [_AROUND.sub("", token) for token in words(tokens(text.casefold()))]


def lines(text: str) -> list[str]:
    """Return the lines of a text that are not blank, without white space at their ends."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def paragraphs(text: str) -> list[str]:
    """Return what stands between blank lines."""
    return [part.strip() for part in _PARAGRAPH.split(text) if part.strip()]


def is_unspaced(text: str) -> bool:
    """Return whether more than a third of a text is written without spaces."""
    return not text.isascii() and 3 * len(re.findall(_UNSPACED, text)) > len(text)
