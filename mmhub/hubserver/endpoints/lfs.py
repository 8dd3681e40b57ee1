"""Git LFS: where large files are uploaded to, at addresses that the Hub has signed."""

from typing import Any
from uuid import uuid4

from anyio import to_thread
from starlette.responses import Response

from mmhub.hubserver.answers import as_json
from mmhub.hubserver.bodies import LfsBatch, LfsObject, parsed
from mmhub.hubserver.call import Call
from mmhub.hubserver.drafts import draft_in
from mmhub.hubserver.names import checked_sha256
from mmhub.hubserver.parts import PART_BYTES, Parts, how_many
from mmhub.hubserver.refusals import Refusal
from mmhub.hubserver.streams import received

_IN_PARTS_FROM_BYTES = 64 << 20


def batch(call: Call, kind: str, namespace: str, name: str) -> Response:
    """Tell for each object where it goes to; nothing for one that is there."""
    wanted = parsed(LfsBatch, call.body)
    with call.hub.database.reading() as connection:
        call.repository(connection, kind, namespace, name, write=True)
    if wanted.operation != "upload":
        raise Refusal(501, "The Hub sends files from their own addresses, not through git: use huggingface_hub")
    in_parts = "multipart" in wanted.transfers
    objects = [_object(call, each, in_parts=in_parts) for each in wanted.objects]
    return as_json({"transfer": "basic", "objects": objects, "hash_algo": "sha256"})


async def upload(call: Call, sha256: str, size: str) -> Response:
    """Take the bytes of a file."""
    _check_signed(call)
    with call.hub.blobs.draft() as draft:
        await received(call.request, draft, limit=int(size))
        await to_thread.run_sync(lambda: call.hub.blobs.keep(draft, expected=sha256))
    return Response(headers={"ETag": f'"{sha256}"'})


async def upload_part(call: Call, upload: str, number: str) -> Response:
    """Take a part of the bytes of a file."""
    _check_signed(call)
    path = Parts(call.hub.blobs, upload).path(int(number))
    with draft_in(call.hub.root.drafts) as draft:
        await received(call.request, draft, limit=PART_BYTES)
        await to_thread.run_sync(draft.become, path)
    return Response(headers={"ETag": f'"{draft.sha256}"'})


def complete(call: Call, sha256: str, size: str, upload: str) -> Response:
    """Put the parts of a file together."""
    _check_signed(call)
    Parts(call.hub.blobs, upload).join(sha256, int(size))
    return as_json({"success": True})


def _object(call: Call, wanted: LfsObject, *, in_parts: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"oid": checked_sha256(wanted.oid), "size": wanted.size}
    if call.hub.blobs.refreshed(wanted.oid):
        return said
    path = f"/_lfs/{wanted.oid}/{wanted.size}"
    if in_parts and wanted.size > _IN_PARTS_FROM_BYTES:
        return {**said, "actions": {"upload": _in_parts(call, path, wanted.size)}}
    return {**said, "actions": {"upload": {"href": _signed(call, "PUT", path)}}}


def _in_parts(call: Call, path: str, size: int) -> dict[str, Any]:
    upload = uuid4().hex
    parts = {str(number + 1): _signed(call, "PUT", f"{path}/{upload}/{number}") for number in range(how_many(size))}
    return {"href": _signed(call, "POST", f"{path}/{upload}"), "header": {"chunk_size": str(PART_BYTES), **parts}}


def _signed(call: Call, method: str, path: str) -> str:
    return f"{call.base}{path}?{call.hub.signer.query(method, path, now=call.now)}"


def _check_signed(call: Call) -> None:
    path = "/" + "/".join(call.segments)
    expires, signature = call.option("expires", "0"), call.option("signature")
    call.hub.signer.check(call.method, path, expires=expires, signature=signature, now=call.now)
