"""One request for a URL, through all its redirects, and what the status of the answer means."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpcore2
import httpx2

from mmhub.downloading.answer import Answer
from mmhub.downloading.failures import Failed
from mmhub.recipes.downloads import Downloads

_MOST_REDIRECTS = 10
_REDIRECTS = (301, 302, 303, 307, 308)
_AGAIN = (408, 425, 429, 500, 502, 503, 504)
_BUSY = (429, 503)
_REASONS = {401: "forbidden", 403: "forbidden", 404: "not-found", 410: "not-found", 451: "forbidden"}


def parsed(url: str) -> httpx2.URL:
    """Return a URL in its parts; raise Failed where it is none, or of another scheme than HTTP."""
    try:
        found = httpx2.URL(url)
        host = found.raw_host
    except (httpx2.InvalidURL, UnicodeError, ValueError) as error:
        raise Failed("wrong-url", f"it is no URL: {error}") from error
    if found.scheme not in ("http", "https") or not host:
        raise Failed("wrong-url", f"expected http:// or https:// and a host, found {found.scheme or 'neither'!r}")
    return found


@contextmanager
def asked(pool: httpcore2.ConnectionPool, url: str, headers: Mapping[str, str], options: Downloads) -> Iterator[Answer]:
    """Give the answer to a request, of the last of its redirects; raise Failed where there is none that serves."""
    place = parsed(url)
    usual = {"user-agent": options.user_agent, "accept": "*/*", "accept-encoding": "identity"}
    sent = [*usual.items(), *headers.items()]
    seconds = options.timeout_seconds
    extensions = {"timeout": {"connect": seconds, "read": seconds, "write": seconds, "pool": None}}
    with _faults_told():
        for _ in range(_MOST_REDIRECTS + 1):
            target = httpcore2.URL(scheme=place.raw_scheme, host=place.raw_host, port=place.port, target=place.raw_path)
            with pool.stream("GET", target, headers=sent, extensions=extensions) as response:
                answer = _answer(place.host, response)
                if answer.status not in _REDIRECTS:
                    check_status(answer)
                    yield answer
                    return
            place = _redirected(place, answer)
    raise Failed("redirects", f"more than {_MOST_REDIRECTS} redirects, the last to {place.host}")


def _answer(host: str, response: httpcore2.Response) -> Answer:
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("ascii", "replace").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Answer(host, response.status, headers, response.iter_stream())


def _redirected(place: httpx2.URL, answer: Answer) -> httpx2.URL:
    where = answer.headers.get("location")
    if not where:
        raise Failed("http-error", f"{_said(answer)}, without saying where to")
    try:
        return parsed(str(place.join(where)))
    except httpx2.InvalidURL as error:
        raise Failed("wrong-url", f"{_said(answer)} to what is no URL: {error}") from error


def check_status(answer: Answer) -> None:
    """Raise Failed for the status of an answer that has no file; 416 is left to who asked for a part."""
    status = answer.status
    if status in (200, 206, 416):
        return
    reason = _REASONS.get(status) or ("busy" if status in _BUSY else "server-error" if status >= 500 else "http-error")
    wait_seconds = retry_after(answer.headers.get("retry-after", "")) if status in _BUSY else None
    raise Failed(reason, _said(answer), again=status in _AGAIN, wait_seconds=wait_seconds)


def retry_after(value: str) -> float | None:
    """Return how many seconds a server asks to wait, which it says as a number or a date; None where it does not."""
    if value.strip().isdigit():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    # A date without a zone is in UTC, as all dates of HTTP.
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _said(answer: Answer) -> str:
    try:
        words = HTTPStatus(answer.status).phrase
    except ValueError:
        words = "a status that is not known"
    return f"HTTP {answer.status} ({words}) from {answer.host}"


@contextmanager
def _faults_told() -> Iterator[None]:
    """Turn what a connection raises into Failed."""
    try:
        yield
    except httpcore2.TimeoutException as error:
        raise Failed("timeout", f"the server was silent for too long ({type(error).__name__})", again=True) from error
    except httpcore2.ConnectError as error:
        raise Failed("unreachable", f"no connection: {error}", again=True) from error
    except (httpcore2.NetworkError, httpcore2.RemoteProtocolError) as error:
        raise Failed("cut-off", f"the connection broke: {error}", again=True) from error
    except (httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
        raise Failed("wrong-url", f"it cannot be asked for: {error}") from error
