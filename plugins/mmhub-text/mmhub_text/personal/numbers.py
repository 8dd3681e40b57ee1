"""Numbers that carry their own check: those of cards, and of bank accounts."""

import re
from collections.abc import Iterator

from mmhub_text.personal.spans import HYPHENS, SPACES, Span, digits_of

_RUN = re.compile(rf"(?<![A-Za-z0-9_.,/])\d+(?:[{SPACES}.{HYPHENS}]\d+)*(?![A-Za-z0-9_])")
_GROUP = re.compile(r"\d+")
_LAYOUTS = {
    (4, 4, 4, 4),
    (4, 4, 4, 4, 3),
    (4, 4, 4, 4, 2),
    (4, 4, 4, 4, 1),
    (4, 4, 5),
    (4, 4, 4, 1),
    (4, 6, 5),
    (4, 6, 4),
}
_LAYOUTS |= {(8, 8), (6, 10), (6, 13), (4, 12), (4, 4, 8), (6, 6, 4)}
_ISSUED = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5\d{15}|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720|220[0-4])\d{12}|3[47]\d{13}|"
    r"3(?:0[0-5]|095|6\d|[89]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12,15}|6\d{15,18}|(?:50|5[6-8])\d{11,17}|8[12]\d{14,17}"
)
_IBAN = re.compile(rf"(?<![A-Za-z0-9])[A-Za-z]{{2}}\d{{2}}(?:[{SPACES}{HYPHENS}]?[A-Za-z0-9]){{11,30}}")
_LIKE_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d\d(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?(?![A-Za-z0-9])")
_ALNUM = re.compile(r"[A-Za-z0-9]")


def cards(text: str) -> Iterator[Span]:
    """Yield where card numbers stand: in the ranges of an issuer, with a valid check digit (ISO/IEC 7812, Luhn).

    Digits stand together, or in the groups of cards. A run of groups may go on behind the number, with the date to
    which it is good.
    """
    from stdnum import luhn

    for run in _RUN.finditer(text):
        if run.end() - run.start() < 13:
            continue
        if any(start < run.end() and run.start() < end for start, end in account_like(text)):
            continue
        groups = [match.span() for match in _GROUP.finditer(text, run.start(), run.end())]
        for start, end in _windows(groups):
            number = digits_of(text[start:end])
            if _ISSUED.fullmatch(number) and len(set(number)) > 1 and luhn.is_valid(number):
                yield start, end
                break


def _windows(groups: list[Span]) -> Iterator[Span]:
    """Yield the spans of groups in a row that are laid out as on a card."""
    sizes = [end - start for start, end in groups]
    for first in range(len(groups)):
        for last in range(first, min(first + 5, len(groups))):
            layout = tuple(sizes[first : last + 1])
            if layout in _LAYOUTS or (len(layout) == 1 and 13 <= layout[0] <= 19):
                yield groups[first][0], groups[last][1]


def account_like(text: str) -> list[Span]:
    """Return where something is written as an IBAN, rightly or not: what stands within is no other number."""
    return [match.span() for match in _LIKE_IBAN.finditer(text)]


def ibans(text: str) -> Iterator[Span]:
    """Yield where account numbers stand: of the form of their country, with a valid checksum (ISO 13616)."""
    from stdnum import iban

    for match in _IBAN.finditer(text):
        places = [place.end() for place in _ALNUM.finditer(text, match.start(), match.end())]
        for count in range(len(places), 14, -1):
            end = places[count - 1]
            whole = end == len(text) or not _ALNUM.match(text, end)
            if whole and iban.is_valid("".join(_ALNUM.findall(text, match.start(), end)), check_country=False):
                yield match.start(), end
                break
