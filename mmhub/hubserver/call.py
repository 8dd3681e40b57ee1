"""One request, as the endpoints see it."""

import sqlite3
from dataclasses import dataclass
from urllib.parse import unquote, urlencode

from starlette.requests import Request

from mmhub.hubserver import repositories
from mmhub.hubserver.hub import Hub
from mmhub.hubserver.names import KINDS
from mmhub.hubserver.refusals import no_credentials, no_repository, wrong_credentials
from mmhub.hubserver.repositories import Repository


@dataclass(frozen=True)
class Call:
    """A request, with its body where that is no stream; ``now`` is in seconds since 1970."""

    hub: Hub
    request: Request
    now: float
    body: bytes = b""

    @property
    def method(self) -> str:
        """The method, HEAD counting as GET."""
        return "GET" if self.request.method == "HEAD" else self.request.method

    @property
    def segments(self) -> tuple[str, ...]:
        """The parts of the address. Clients escape slashes within a part: split first, then unescape."""
        raw = bytes(self.request.scope.get("raw_path") or self.request.scope["path"].encode())
        return tuple(unquote(part) for part in raw.partition(b"?")[0].decode("latin-1").strip("/").split("/"))

    @property
    def base(self) -> str:
        """The endpoint, as the client calls it."""
        return f"{self.request.url.scheme}://{self.request.headers.get('host', '')}"

    @property
    def bearer(self) -> str:
        """The token that came with the request, or nothing."""
        return self.request.headers.get("authorization", "").removeprefix("Bearer").strip()

    def option(self, name: str, default: str = "") -> str:
        """Return a part of the query."""
        return self.request.query_params.get(name, default)

    def flag(self, name: str) -> bool:
        """Return whether a part of the query says yes."""
        return self.option(name).lower() in ("1", "true")

    def with_query(self, **changed: str) -> str:
        """Return the address of this request with parts of its query changed."""
        raw = bytes(self.request.scope["raw_path"]).partition(b"?")[0].decode("latin-1")
        return f"{self.base}{raw}?{urlencode({**self.request.query_params, **changed})}"

    def is_owner(self) -> bool:
        """Return whether the owner asks; refuse a token that is not the owner's."""
        if self.bearer and not self.hub.is_owner(self.bearer):
            raise wrong_credentials()
        return bool(self.bearer)

    def is_trusted(self) -> bool:
        """Return whether the request comes with a token of any kind that the Hub has given."""
        return self.hub.is_owner(self.bearer) or self.hub.may_send_chunks(self.bearer, now=self.now)

    def only_owner(self) -> None:
        """Refuse everybody but the owner."""
        if not self.is_owner():
            raise no_credentials()

    def repository(
        self, connection: sqlite3.Connection, kind: str, namespace: str, name: str, *, write: bool = False
    ) -> Repository:
        """Return the repository the request is about; refuse where the asker may not see it, or write to it."""
        owner = self.is_owner()
        found = repositories.find(connection, KINDS[kind], f"{namespace}/{name}")
        if found.private and not owner:
            raise no_repository()
        if write:
            self.only_owner()
        return found
