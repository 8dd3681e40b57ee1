"""Addresses and tokens that are good for one thing, for a while: signed, so that nobody else can make them."""

import hmac
from dataclasses import dataclass
from urllib.parse import urlencode

from mmhub.hubserver.refusals import Refusal

LIFETIME_SECONDS = 6 * 3600
"""How long a client may take for what it was given an address for."""


@dataclass(frozen=True)
class Signer:
    """Signs with a key that only the Hub has."""

    key: bytes

    @property
    def name(self) -> str:
        """A name for the Hub that has the key, from which nobody learns the key."""
        return self._signature("", ("name",))[:16]

    def query(self, *purpose: str, now: float) -> str:
        """Return the end of an address that is good for ``purpose``."""
        expires = str(int(now) + LIFETIME_SECONDS)
        return urlencode({"expires": expires, "signature": self._signature(expires, purpose)})

    def check(self, *purpose: str, expires: str, signature: str, now: float) -> None:
        """Refuse an address that was not signed for ``purpose``, or whose time is over."""
        if not hmac.compare_digest(self._signature(expires, purpose).encode(), signature.encode()):
            raise Refusal(403, "This address was not signed by the Hub for what is asked of it")
        if int(expires) < now:
            raise Refusal(403, "The time of this address is over: ask the Hub for a new one")

    def token(self, *purpose: str, now: float) -> tuple[str, int]:
        """Return a token that is good for ``purpose``, and when it expires, in seconds since 1970."""
        expires = int(now) + LIFETIME_SECONDS
        return f"{expires}.{self._signature(str(expires), purpose)}", expires

    def check_token(self, *purpose: str, token: str, now: float) -> None:
        """Refuse a token that was not made for ``purpose``, or whose time is over."""
        expires, _, signature = token.partition(".")
        try:
            self.check(*purpose, expires=expires, signature=signature, now=now)
        except Refusal as refusal:
            raise Refusal(401, refusal.message) from refusal

    def _signature(self, expires: str, purpose: tuple[str, ...]) -> str:
        return hmac.digest(self.key, "\n".join((expires, *purpose)).encode(), "sha256").hex()
