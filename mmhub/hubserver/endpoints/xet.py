"""Xet: the token that clients ask for, and what they upload with it."""

from anyio import to_thread
from starlette.responses import Response

from mmhub.hubserver.answers import as_json
from mmhub.hubserver.call import Call
from mmhub.hubserver.refusals import Refusal
from mmhub.hubserver.streams import received

_LARGEST_XORB_BYTES = 128 << 20


def write_token(call: Call, kind: str, namespace: str, name: str) -> Response:
    """Give a token to upload with, and the address to upload to."""
    with call.hub.database.reading() as connection:
        call.repository(connection, kind, namespace, name, write=True)
    token, expires = call.hub.chunk_token(now=call.now)
    # Another Hub may have been at this address before: what clients sent there is not here.
    address = f"{call.base}/_cas/{call.hub.signer.name}-{call.hub.cas.epoch()}"
    headers = {"X-Xet-Cas-Url": address, "X-Xet-Token-Expiration": str(expires), "X-Xet-Access-Token": token}
    return as_json({"casUrl": address, "exp": expires, "accessToken": token}, headers=headers)


async def upload_xorb(call: Call, xorb: str) -> Response:
    """Take a xorb."""
    _check_token(call)
    cas = call.hub.cas
    cas.path(xorb)
    with cas.draft() as draft:
        await received(call.request, draft, limit=_LARGEST_XORB_BYTES)
        new = await to_thread.run_sync(cas.keep, draft, xorb)
    return as_json({"was_inserted": new})


def upload_shard(call: Call) -> Response:
    """Make blobs of the files that a shard describes."""
    _check_token(call)
    call.hub.cas.register(call.body)
    return as_json({"result": 1})


def _check_token(call: Call) -> None:
    if not call.hub.may_send_chunks(call.bearer, now=call.now):
        raise Refusal(401, "This takes a token that the Hub has given for chunks, and whose time is not over")
