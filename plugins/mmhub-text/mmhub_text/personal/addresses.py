"""Addresses of machines, in version 4 and 6 of the Internet Protocol."""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from mmhub_text.personal.spans import Span

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_V4 = re.compile(rf"(?<![\w.])(?:{_OCTET}\.){{3}}{_OCTET}(?![A-Za-z0-9_]|\.\d)", re.ASCII)
_V6 = re.compile(
    rf"(?<![\w:.])[0-9A-Fa-f]{{0,4}}(?::[0-9A-Fa-f]{{0,4}}){{2,7}}(?:(?<=:)(?:{_OCTET}\.){{3}}{_OCTET})?(?![\w:])",
    re.ASCII,
)
_NUMBERED = re.compile(
    r"(?:\b(?:v|ver|vers|version\w*|versión|versão|versie|wersja|verze|sürüm|версия|версії|release|build|rev|revision|"
    r"firmware|driver|sdk|section|chapter|abschnitt|kapitel|clause|article|rfc|oid)\.?|[§v])\s*[:=]?\s*$|版本?\s*$",
    re.IGNORECASE,
)


def addresses(text: str) -> Iterator[Span]:
    """Yield where IP addresses stand; no version or section of four numbers, no mask, no loopback."""
    if text.count(":") >= 2:
        yield from (match.span() for match in _V6.finditer(text) if _is_v6(match.group()))
    if text.count(".") >= 3:
        for match in _V4.finditer(text):
            if _is_host(match.group()) and not _NUMBERED.search(text, max(0, match.start() - 24), match.start()):
                yield match.span()


def _is_host(found: str) -> bool:
    address = IPv4Address(found)
    single = len(found) == 7 and len(set(found)) > 2
    return not (single or address.is_unspecified or found in ("127.0.0.1", "1.0.0.0") or found.startswith("255.255."))


def _is_v6(found: str) -> bool:
    groups = [group for group in found.split(":") if group]
    if not any(char.isdigit() for char in found) or (len(groups) < 3 and max(map(len, groups), default=0) < 3):
        return False
    try:
        IPv6Address(found)
    except AddressValueError:
        return False
    return True
