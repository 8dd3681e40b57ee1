"""The application that a server runs: every request to its endpoint, every failure to an answer."""

import logging
import sqlite3
import time
from dataclasses import replace

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mmhub.hubserver import routes
from mmhub.hubserver.answers import refused
from mmhub.hubserver.call import Call
from mmhub.hubserver.folder import Root
from mmhub.hubserver.hub import Hub
from mmhub.hubserver.refusals import Refusal, of_storage
from mmhub.hubserver.streams import Inbox, whole

_log = logging.getLogger(__name__)


class App:
    """The Hub in a folder, over HTTP."""

    def __init__(self, root: Root, token: str) -> None:
        self._hub = Hub.opened(root, token)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        inbox = Inbox(receive)
        request = Request(scope, inbox)
        try:
            response = await self._answer(Call(self._hub, request, time.time()))
        except ClientDisconnect:
            return
        except Refusal as refusal:
            response = refused(refusal)
        except (OSError, sqlite3.Error) as error:
            response = refused(_storage(error))
        except Exception:  # noqa: BLE001  (one request that the Hub fails at costs that request alone)
            _log.exception("%s %s failed", request.method, request.url.path)
            response = refused(Refusal(500, "The Hub failed at this request: its own output says how"))
        await inbox.drained()
        await response(scope, receive, send)

    async def _answer(self, call: Call) -> Response:
        if endpoint := routes.streamed(call):
            return await endpoint()
        read = replace(call, body=await whole(call.request, trusted=call.is_trusted()))
        return await to_thread.run_sync(routes.answer, read)

    def close(self) -> None:
        """Give the database back."""
        self._hub.database.close()


def _storage(error: OSError | sqlite3.Error) -> Refusal:
    known = of_storage(error)
    if known is None:
        _log.error("the folder of the Hub failed", exc_info=error)
    return known or Refusal(500, "The folder of the Hub cannot be read or written: its own output says why")
