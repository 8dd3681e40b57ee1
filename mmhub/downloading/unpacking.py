"""The body of an answer that a server has packed in transit, unpacked as it comes and never much at a time."""

import zlib
from collections.abc import Iterator
from dataclasses import replace

from mmhub.downloading.answer import Answer
from mmhub.downloading.failures import Failed

_GZIP = ("gzip", "x-gzip")
_AT_ONCE = 1 << 20
_OF_GZIP = 16 + zlib.MAX_WBITS
_OF_WHAT_IS_PACKED = ("content-length", "etag", "last-modified")


def unpacked(answer: Answer) -> Answer:
    """Return an answer with the bytes of the file itself; raise Failed where it is packed otherwise than by gzip.

    Servers may pack although they are asked not to. Lengths and validators of what is packed are left out, so that it
    is never resumed.
    """
    how = answer.headers.get("content-encoding", "identity").strip().lower()
    if how in ("", "identity"):
        return answer
    if how not in _GZIP:
        raise Failed("packed", f"the server packs it as {how!r} although it was asked not to; only gzip is unpacked")
    headers = {name: value for name, value in answer.headers.items() if name not in _OF_WHAT_IS_PACKED}
    return replace(answer, headers=headers, body=_inflated(answer.body))


def _inflated(body: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what gzip has packed, at most a megabyte at a time; raise Failed where it is damaged or ends too soon."""
    stream, begun = zlib.decompressobj(_OF_GZIP), False
    try:
        for chunk in body:
            data = chunk
            while data:
                if stream.eof:
                    stream = zlib.decompressobj(_OF_GZIP)
                begun = True
                yield stream.decompress(data, _AT_ONCE)
                data = stream.unused_data if stream.eof else stream.unconsumed_tail
        # What fits in one piece comes at once, so that nothing is left in the stream but for a cut off end.
        while begun and not stream.eof and (rest := stream.decompress(stream.unconsumed_tail, _AT_ONCE)):
            yield rest
    except zlib.error as error:
        raise Failed("packed", f"the server says it is packed by gzip, and it cannot be unpacked: {error}") from error
    if begun and not stream.eof:
        raise Failed("cut-off", "what the server has packed ends too soon", again=True)
