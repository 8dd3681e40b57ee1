"""Personal data: found, counted and masked."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_text.personal.addresses import addresses
from mmhub_text.personal.emails import emails
from mmhub_text.personal.keys import keys
from mmhub_text.personal.numbers import cards, ibans
from mmhub_text.personal.phones import phones
from mmhub_text.personal.spans import Span
from mmhub_text.settling import settled

Kind = Literal["key", "email", "iban", "card", "ip", "phone"]
_KINDS: tuple[Kind, ...] = ("key", "email", "iban", "card", "ip", "phone")
_FINDERS: dict[Kind, Callable[[str], Iterator[Span]]] = {
    "key": keys,
    "email": emails,
    "iban": ibans,
    "card": cards,
    "ip": addresses,
}
_SUSPECT = re.compile(r"[\d@]")
_MARKS = (
    "-----BEGIN",
    "AKIA",
    "ASIA",
    "_",
    "eyJ",
    "AIza",
    "sk-",
    "(at",
    "[at",
    "{at",
    "<at",
    "( at",
    "[ at",
    " AT ",
    "::",
)
_MASKS: dict[Kind, str] = {kind: f"<{kind.upper()}>" for kind in _KINDS}
REGIONS = (
    *("US", "GB", "DE", "FR", "ES", "IT", "PT", "NL", "BE", "CH", "AT", "IE", "PL", "CZ", "SK", "HU", "RO", "GR", "BG"),
    *("DK", "SE", "NO", "FI", "RU", "UA", "TR", "IL", "SA", "AE", "EG", "IN", "CN", "JP", "KR", "VN", "BR", "MX", "AU"),
)


class PersonalDataOptions(Options):
    """What counts as personal data, and whether it is masked."""

    kinds: tuple[Kind, ...] = _KINDS
    """What is looked for: keys and tokens, e-mail addresses, account and card numbers, IP addresses, telephones."""
    mask: bool = True
    """Whether each find is replaced by its kind, such as ``<EMAIL>``; it is counted either way."""
    regions: tuple[str, ...] = REGIONS
    """ISO 3166 codes of the regions whose telephone numbers are known without ``+``."""


def masked(texts: Sequence[str], options: PersonalDataOptions) -> list[str | None]:
    """Return each text with its personal data masked, or ``None`` where there is none.

    Finds carry a proof of their own where they can: cards and accounts their check digits, telephones the plan of
    their country, keys a prefix.
    """
    if not options.mask:
        return [None] * len(texts)
    # What stood beside a find may be one itself.
    return [settled(text, lambda each: _once(each, options)) if _is_suspect(text) else None for text in texts]


def counts(texts: Sequence[str], options: PersonalDataOptions) -> Columns:
    """Return how many finds of each kind a text holds, those included that stand masked in it; never what was found."""
    found = [_counted(text, options) if "<" in text or _is_suspect(text) else {} for text in texts]
    return {f"{kind}s": [each.get(kind, 0) for each in found] for kind in _KINDS}


def _is_suspect(text: str) -> bool:
    """Return whether a text has anything that a find could begin with, which few captions have."""
    return _SUSPECT.search(text) is not None or any(mark in text for mark in _MARKS)


def _counted(text: str, options: PersonalDataOptions) -> dict[Kind, int]:
    counted = {kind: text.count(mask) for kind, mask in _MASKS.items()}
    for kind, _ in _finds(text, options):
        counted[kind] += 1
    return counted


def _once(text: str, options: PersonalDataOptions) -> str:
    for kind, (start, end) in sorted(_finds(text, options), key=lambda find: find[1], reverse=True):
        text = text[:start] + _MASKS[kind] + text[end:]
    return text


def _finds(text: str, options: PersonalDataOptions) -> list[tuple[Kind, Span]]:
    """Return the finds in a text; of two that overlap, that of the kind with the stronger proof."""
    found: list[tuple[Kind, Span]] = []
    for kind in _KINDS:
        if kind in options.kinds:
            spans = phones(text, options.regions) if kind == "phone" else _FINDERS[kind](text)
            for start, end in spans:
                if all(end <= taken[0] or taken[1] <= start for _, taken in found):
                    found.append((kind, (start, end)))
    return found


PERSONAL_DATA = Cleaner(
    name="text/personal-data",
    version=1,
    modality="text",
    summary="Repairs texts that hold personal data: masks e-mail, telephone, card and account numbers, IPs and keys.",
    options=PersonalDataOptions,
    facts=(
        Fact(name="keys", dtype="int64", summary="Keys, tokens and private keys, masked or not."),
        Fact(name="emails", dtype="int64", summary="E-mail addresses, masked or not."),
        Fact(name="ibans", dtype="int64", summary="International bank account numbers, masked or not."),
        Fact(name="cards", dtype="int64", summary="Card numbers, masked or not."),
        Fact(name="ips", dtype="int64", summary="IP addresses, masked or not."),
        Fact(name="phones", dtype="int64", summary="Telephone numbers, masked or not."),
    ),
    measure=counts,
    repair=masked,
    rules=(
        Rule("keys", reason="holds-keys", at_most=0, on=False),
        Rule("emails", reason="holds-emails", at_most=0, on=False),
        Rule("ibans", reason="holds-ibans", at_most=0, on=False),
        Rule("cards", reason="holds-cards", at_most=0, on=False),
        Rule("ips", reason="holds-ips", at_most=0, on=False),
        Rule("phones", reason="holds-phones", at_most=0, on=False),
    ),
)
