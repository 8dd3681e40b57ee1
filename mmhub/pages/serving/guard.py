"""Who may ask: a browser on this machine that was given the token, and nobody who only knows the port."""

import hmac
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, QueryParams
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = ("GET", "HEAD")
_REFUSED = "Open the address that `mmhub serve` printed: it holds a token."


class Guard:
    """An application behind a token, which comes once in the address and then in a cookie.

    ``hosts`` are the names it answers to. A page of another site that makes its own name mean this machine asks under
    that name, and is refused (DNS rebinding).
    """

    def __init__(
        self, app: ASGIApp, *, token: str, hosts: frozenset[str], cookie: str, headers: Mapping[str, str]
    ) -> None:
        self._app, self._token, self._hosts, self._cookie = app, token, hosts, cookie
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            return
        given = self._given(scope)
        refusal = self._refusal(scope, allowed=given or self._remembered(scope))

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers_for(message["headers"], given=given)]
            await send(message)

        await (refusal or self._app)(scope, receive, marked)

    def _refusal(self, scope: Scope, *, allowed: bool) -> ASGIApp | None:
        if Headers(scope=scope).get("host", "") not in self._hosts:
            return PlainTextResponse("This server does not go by that name.", 403)
        if scope["method"] not in _METHODS:
            return PlainTextResponse("Nothing can be changed here.", 405, {"Allow": ", ".join(_METHODS)})
        return None if allowed else PlainTextResponse(_REFUSED, 403)

    def _given(self, scope: Scope) -> bool:
        return self._is_token(QueryParams(scope["query_string"]).get("token", ""))

    def _remembered(self, scope: Scope) -> bool:
        try:
            held = SimpleCookie(Headers(scope=scope).get("cookie", "")).get(self._cookie)
        except CookieError:
            return False
        return held is not None and self._is_token(held.value)

    def _is_token(self, text: str) -> bool:
        # In constant time: how long it takes says nothing of how much was right.
        return hmac.compare_digest(text.encode(), self._token.encode())

    def _headers_for(self, there: list[tuple[bytes, bytes]], *, given: bool) -> list[tuple[bytes, bytes]]:
        known = {name for name, _ in there}
        added = [(name, value) for name, value in self._headers if name not in known]
        if given:
            held = f"{self._cookie}={self._token}; Path=/; HttpOnly; SameSite=Strict"
            added.append((b"set-cookie", held.encode()))
        return added
