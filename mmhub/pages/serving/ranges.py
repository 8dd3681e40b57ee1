"""Bytes, or the part of them that a player asks for."""

import re

from starlette.requests import Request
from starlette.responses import Response

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def part_of(request: Request, data: memoryview, kind: str) -> Response:
    """Answer with bytes, or with the one range of them that is asked for (RFC 9110, 14)."""
    headers = {"Accept-Ranges": "bytes", "Content-Type": kind, "Cache-Control": "private, max-age=600"}
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None or asked[0] == "bytes=-":
        return Response(bytes(data), headers=headers)
    start, end = _bounds(asked[1], asked[2], len(data))
    if start >= end:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{len(data)}"})
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(data)}"
    return Response(bytes(data[start:end]), 206, headers=headers)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """Return where a range begins and ends; one without a beginning is of the last bytes."""
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size
