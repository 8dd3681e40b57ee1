"""Telephone numbers, international ones and those of chosen regions."""

import functools
import re
from collections.abc import Iterator

from mmhub_text.personal.numbers import account_like
from mmhub_text.personal.spans import HYPHENS, SPACES, Span, digits_of

_GAP = rf"[{SPACES}.()/·{HYPHENS}]"
_RUN = re.compile(
    rf"(?<![A-Za-z0-9_#$€£¥.,:/=])(?:[+＋]{_GAP}?)?[(（]?(?:[+＋])?\d(?:{_GAP}{{0,3}}\d){{5,24}}(?!\s?[%°€$£¥]|[A-Za-z0-9_]|[.,:]\d)"
)
_GROUP = re.compile(r"\d+")
_CALLED = re.compile(
    r"\b(?:tele?ph?o?n\w*|tele?f\w+|tel|tél|tlf|phones?|mobil\w{0,2}|m[oó]vil|celular|cellulare|cell|portable|handy|fax|gsm|"
    r"whats ?app|sms|calls?|calling|called|dial|ring|reach|text me|hotline|rufnummer|ruf|rufe[nt]?|anruf\w*|numéro|"
    r"appel\w{0,3}|llam[aeáé]\w{0,3}|chiam[aeio]\w{0,3}|ligue|ligar|bel|bellen|zadzwoń|volej\w*|puh|puhelin\w*|hív\w*|arayın|"
    r"ara|gọi|điện thoại|đt|тел|телефон\w*|(?:по)?звон\w+|моб|мобильн\w+|дзвон\w+|зателефон\w+|τηλ\w*|κιν\w*)\b[.:]?"
    r"[^\d\n.!?]{0,24}$|(?:טל\w*|התקשר\w*|هاتف|اتصل|جوال|फ़ोन|फोन|कॉल|मोबाइल|電話|携帯|电话|手机|拨打|致电|전화|연락|휴대폰)"
    r"[^\d\n.!?。]{0,24}$",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"(?:\b(?:order|invoice|ref(?:erence)?|ticket|case|isbn|issn|ean|upc|gtin|imei|doi|arxiv|serial|part|sku|item|article|"
    r"tracking|account|acct|id|version|model|patent|lot|batch|bestellung|bestellnummer|rechnung|commande|facture|pedido|timestamp|date|time|year|lat|lon|population|commit|build|"
    r"factura|ordine|fattura|zamówienie|заказ\w*|номер заказа|no|nr|num)\b[^\d\n]{0,12}|[#№§]\s?)$",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:1[5-9]|20)\d\d[-./\s](?:0?[1-9]|1[0-2])[-./\s](?:[0-2]?\d|3[01])(?:\D.*)?|"
    r"(?:[0-2]?\d|3[01])[-./\s]{1,2}(?:[0-2]?\d|3[01])[-./\s]{1,2}(?:1[5-9]|20)\d\d(?:\D.*)?|"
    r"(?:(?:1[5-9]|20)\d\d\D{1,3})+(?:1[5-9]|20)\d\d"
)
_DECIMAL = re.compile(r"\d*\.\d+|\+\d{1,3}\.\d{4,}|[1-9]\d{0,2}(?:[.\s\u00a0\u202f]\d{3})+")
_COORDINATE = re.compile(r"[+＋]?\d{1,3}\.\d{4,6}(?![\d.])")
_NORTH_AMERICAN = re.compile(
    rf"(?:1[{SPACES}.{HYPHENS}]?)?(?:\([2-9]\d\d\)[{SPACES}{HYPHENS}.]?|[2-9]\d\d([{SPACES}.{HYPHENS}]))\d{{3}}[{SPACES}.{HYPHENS}]\d{{4}}"
)
_RUSSIAN = re.compile(
    rf"8[{SPACES}({HYPHENS}]{{1,2}}\d{{3}}[{SPACES}){HYPHENS}]{{1,2}}\d{{3}}[{SPACES}{HYPHENS}]\d\d[{SPACES}{HYPHENS}]\d\d"
)
_SHORTEST, _LONGEST = 7, 15
_NEAR = 48


def phones(text: str, regions: tuple[str, ...]) -> Iterator[Span]:
    """Yield where telephone numbers stand.

    A number is international (ITU-T E.164, behind ``+``, ``00`` or ``011``); or valid in one of ``regions``, and
    written in groups behind a zero, as in North America, or behind a word that announces one. What phonenumbers, a
    port of Google's libphonenumber, calls valid is valid. Dates, prices, book and order numbers are none.
    """
    accounts: list[Span] | None = None
    for run in _RUN.finditer(text):
        accounts = account_like(text) if accounts is None else accounts
        if any(start < run.end() and run.start() < end for start, end in accounts):
            continue
        span = _number(text, run.start(), run.end(), regions)
        if span:
            yield span


def _number(text: str, start: int, end: int, regions: tuple[str, ...]) -> Span | None:
    before = text[max(0, start - _NEAR) : start]
    called, otherwise = _CALLED.search(before), _OTHERWISE.search(before)
    if otherwise and not (called and called.start() > otherwise.start()):
        return None
    for stop in _ends(text, start, end):
        if _is_phone(text[start:stop], regions, called=called is not None, whole=stop == end):
            return start, stop
    return None


def _ends(text: str, start: int, end: int) -> list[int]:
    """Return where a number may end: at the end of the run, or of a group before it."""
    ends = [match.end() for match in _GROUP.finditer(text, start, end)]
    return [end, *reversed(ends[:-1])]


def _is_phone(found: str, regions: tuple[str, ...], *, called: bool, whole: bool) -> bool:
    digits = digits_of(found)
    if not _SHORTEST <= len(digits) <= _LONGEST + 3:
        return False
    bare = found.lstrip("(（")
    if _COORDINATE.match(bare):
        return False
    if bare[0] in "+＋":
        return _is_international(digits, lenient=whole and (called or not _DECIMAL.fullmatch(found)))
    if _DATE.fullmatch(found) or (not called and (_DECIMAL.fullmatch(found) or _is_book(found, digits))):
        return False
    if _is_dialled_abroad(digits, lenient=called) or _is_in_national_form(found, regions):
        return True
    grouped = len(_GROUP.findall(found)) > 1
    if not called and not (grouped and (digits[0] == "0" or bare != found) and not re.match(r"0\W", bare)):
        return False
    return _is_valid(digits, regions) or (called and whole and grouped and 7 <= len(digits) <= 12)


def _is_dialled_abroad(digits: str, *, lenient: bool) -> bool:
    """Return whether a number follows the digits that lead abroad: 00 in most of the world, 011 in North America."""
    return len(digits) >= 11 and any(
        digits.startswith(prefix) and _is_international(digits.removeprefix(prefix), lenient=lenient)
        for prefix in ("00", "011")
    )


def _is_in_national_form(found: str, regions: tuple[str, ...]) -> bool:
    """Return whether a number is written as only those of one of the regions are."""
    if _NORTH_AMERICAN.fullmatch(found) and ("US" in regions or "CA" in regions):
        return True
    return _RUSSIAN.fullmatch(found) is not None and "RU" in regions


def _is_international(digits: str, *, lenient: bool) -> bool:
    import phonenumbers

    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return False
    if phonenumbers.is_valid_number(number):
        return True
    return lenient and len(digits) >= 9 and phonenumbers.is_possible_number(number)


@functools.lru_cache(maxsize=4096)
def _is_valid(digits: str, regions: tuple[str, ...]) -> bool:
    import phonenumbers

    for region in regions:
        try:
            number = phonenumbers.parse(digits, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number_for_region(number, region):
            return True
    return False


def _is_book(found: str, digits: str) -> bool:
    """Return whether this is an ISBN, or another of ten digits with its check digit alone at the end."""
    if len(digits) == 13 and digits.startswith(("978", "979")):
        return True
    return len(digits) == 10 and bool(re.search(r"\D\d$", found))
