"""Bodies of requests: bytes on their way to a draft, or short ones to be read whole."""

import asyncio
from contextlib import suppress

from anyio import to_thread
from starlette.requests import Request
from starlette.types import Message, Receive

from mmhub.hubserver.drafts import Draft
from mmhub.hubserver.refusals import Refusal

_AT_ONCE_BYTES = 4 << 20
_LARGEST_BODY_BYTES, _STRANGERS_BODY_BYTES = 512 << 20, 1 << 20
_PATIENCE_SECONDS = 60.0


async def received(request: Request, draft: Draft, *, limit: int) -> None:
    """Write a body to a draft; refuse one of more than ``limit`` bytes."""
    pending, size = bytearray(), 0
    async for data in request.stream():
        pending += data
        size += len(data)
        if size > limit:
            raise Refusal(413, f"more than the {limit} bytes that were announced came")
        if len(pending) >= _AT_ONCE_BYTES:
            await to_thread.run_sync(draft.write, memoryview(pending))
            pending = bytearray()
    await to_thread.run_sync(draft.write, memoryview(pending))


async def whole(request: Request, *, trusted: bool) -> bytes:
    """Return a body; refuse one that is too large to be held in memory for whoever sends it."""
    limit, body = _LARGEST_BODY_BYTES if trusted else _STRANGERS_BODY_BYTES, bytearray()
    async for data in request.stream():
        body += data
        if len(body) > limit:
            raise Refusal(413, f"the request is larger than {limit} bytes: send it in several")
    return bytes(body)


class Inbox:
    """What a client sends, and whether it has sent all of it."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._ended = False

    async def __call__(self) -> Message:
        """Return the next message."""
        message = await self._receive()
        self._ended = message["type"] != "http.request" or not message.get("more_body")
        return message

    async def drained(self) -> None:
        """Read what is left of a body that was refused: most clients hear an answer only once they have sent all."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while not self._ended:
                    await self()
