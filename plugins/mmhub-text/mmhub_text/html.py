"""Tags and entities of HTML, made plain text."""

import html
import re
from collections.abc import Sequence

from mmhub import Cleaner, Options
from mmhub_text.settling import settled

_BLOCKS = (
    "address article aside blockquote body br center dd details dialog div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol optgroup option p pre section select "
    "summary table tbody td tfoot th thead title tr ul"
)
_INLINE = (
    "a abbr acronym area audio b base bdi bdo big button canvas caption cite code col colgroup data datalist del dfn "
    "em embed font frame frameset i iframe img input ins kbd label link map mark meta meter noframes nobr object "
    "output param picture progress q rp rt ruby s samp slot small source span strike strong sub sup svg template "
    "textarea time track tt u var video wbr"
)
_INSIDE = r"""(?:[\s/](?:[^<>"']|"[^"<]*"|'[^'<]*'|["'])*+)?"""
_RAW = re.compile(r"<(script|style|noscript|template)\b[^<>]*>|<!--", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!doctype\b[^<>]*>|<!\[CDATA\[|\]\]>|<\?xml\b[^<>]*>", re.IGNORECASE)
_BLOCK = re.compile(rf"</?(?:{'|'.join(_BLOCKS.split())}){_INSIDE}>", re.IGNORECASE)
_TAG = re.compile(rf"</?(?:{'|'.join((_INLINE + ' script style noscript').split())}){_INSIDE}>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPED = re.compile(r"&(?:(?:amp|#0{0,4}38|#[xX]0{0,4}26);)+", re.IGNORECASE)
_END = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style", "noscript", "template")}
_END[""] = re.compile("-->")


class HtmlOptions(Options):
    """What of HTML is made plain."""

    tags: bool = True
    """Whether tags, comments, scripts and style sheets go; the names are those of HTML, so ``<EMAIL>`` stays."""
    entities: bool = True
    """Whether entities such as ``&eacute;`` and ``&#8217;`` become characters, escaped twice or not."""


def plain(texts: Sequence[str], options: HtmlOptions) -> list[str | None]:
    """Return each text without its markup, or ``None`` where there was none.

    The end of a block becomes a line break, and an inline tag nothing. What only looks like markup stays: ``x < y``,
    ``<3``, ``AT&T``, and a query such as ``?a=1&copy=2``.
    """
    # An entity may have hidden a tag, and a tag an entity.
    return [settled(text, lambda each: _once(each, options)) if "<" in text or "&" in text else None for text in texts]


def _once(text: str, options: HtmlOptions) -> str:
    if options.tags and "<" in text:
        bare = _TAG.sub("", _BLOCK.sub("\n", _DOCTYPE.sub("", _shown(text))))
        text = text if bare == text else bare.strip("\n")
    if options.entities and "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match.group()), _ESCAPED.sub(_ampersand, text))
    return text


def _shown(text: str) -> str:
    """Return a text without comments, scripts and style sheets; one that does not end hides nothing."""
    parts, place, endless = [], 0, set[str]()
    for match in _RAW.finditer(text):
        name = (match[1] or "").lower()
        if match.start() < place or name in endless:
            continue
        end = _END[name].search(text, match.end())
        if end is None:
            endless.add(name)
            continue
        parts += [text[place : match.start()], " "]
        place = end.end()
    return "".join([*parts, text[place:]])


def _ampersand(match: re.Match[str]) -> str:
    """Return what is left of an ampersand that was escaped once or more: as one, it may begin an entity."""
    return "&"


HTML = Cleaner(
    name="text/html",
    version=1,
    modality="text",
    summary="Repairs HTML: takes tags, comments and scripts out, and writes entities as characters.",
    options=HtmlOptions,
    repair=plain,
)
