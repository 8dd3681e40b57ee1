"""Keys and tokens that open something."""

import re
from collections.abc import Iterator

from mmhub_text.personal.spans import Span

_FORMS = (
    r"(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|AGPA|ANPA)[A-Z0-9]{16}",
    r"gh[pousr]_[A-Za-z0-9]{36,255}",
    r"github_pat_[A-Za-z0-9_]{22,255}",
    r"glpat-[A-Za-z0-9_-]{20,64}",
    r"(?=[A-Za-z_-]{0,80}\d)sk-(?:[a-z]{2,8}-(?:[a-z0-9]{2,6}-)?)?(?=[a-z0-9_-]{0,80}[A-Z]|[0-9a-f]{24})[A-Za-z0-9_-]{20,255}",
    r"[srp]k_(?:live|test)_[A-Za-z0-9]{16,255}",
    r"xox[abeoprs]-[A-Za-z0-9-]{10,255}",
    r"AIza[A-Za-z0-9_-]{35}",
    r"hf_[A-Za-z0-9]{30,64}",
    r"npm_[A-Za-z0-9]{36}",
    r"pypi-[A-Za-z0-9_-]{50,255}",
    r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}",
    r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
)
_TOKEN = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(_FORMS)})(?![A-Za-z0-9])")
_NAMED = re.compile(
    r"(?:aws_?)?secret_?(?:access_?)?key[\"']?\s{0,3}[:=]\s{0,3}[\"']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])",
    re.IGNORECASE,
)
_BLOCK = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:.*?-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----|[\sA-Za-z0-9+/=:,\-]*)",
    re.DOTALL,
)


def keys(text: str) -> Iterator[Span]:
    """Yield where secrets stand whose form tells what they are.

    AWS, GitHub, GitLab, OpenAI and its like, Stripe, Slack, Google, Hugging Face, npm, PyPI and SendGrid each give
    their keys a prefix; JSON Web Tokens (RFC 7519) and private keys in PEM (RFC 7468) have a form of their own.
    """
    if "-----BEGIN" in text:
        yield from (match.span() for match in _BLOCK.finditer(text))
    yield from (match.span() for match in _TOKEN.finditer(text))
    yield from (match.span(1) for match in _NAMED.finditer(text))
