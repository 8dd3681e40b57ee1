"""The shapes of answers that several endpoints give."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

from mmhub.hubserver.call import Call
from mmhub.hubserver.refusals import Refusal

_PAGE = 1000


def as_json(content: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with JSON."""
    return JSONResponse(content, status, headers=headers)


def done(*, status: int = 200) -> Response:
    """Answer that it was done."""
    return PlainTextResponse("OK", status)


def refused(refusal: Refusal) -> Response:
    """Answer with a refusal."""
    return JSONResponse({"error": refusal.message}, refusal.status, headers=refusal.headers)


def page(
    call: Call, rows: Sequence[Any], *, headers: Mapping[str, str] | None = None
) -> tuple[Sequence[Any], dict[str, str]]:
    """Return the rows a client asks for now, and headers with where it finds those that follow."""
    start, size = _number(call, "cursor", 0), min(_number(call, "limit", _PAGE), _PAGE) or _PAGE
    said = dict(headers or {})
    if start + size < len(rows):
        said["Link"] = f'<{call.with_query(cursor=str(start + size))}>; rel="next"'
    return rows[start : start + size], said


def moment(seconds: float) -> str:
    """Return a moment in the way clients parse it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _number(call: Call, name: str, default: int) -> int:
    given = call.option(name, str(default))
    if not given.isascii() or not given.isdigit():
        raise Refusal(400, f"{name} is {given!r}, and a number was expected")
    return int(given)
