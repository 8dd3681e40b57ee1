"""The bytes of files, whole or in ranges."""

from urllib.parse import quote

from starlette.responses import FileResponse, Response

from mmhub.hubserver import refs
from mmhub.hubserver.call import Call
from mmhub.hubserver.history import tree_of
from mmhub.hubserver.refusals import no_entry


class _File(FileResponse):
    chunk_size = 1 << 20


def resolve(call: Call, kind: str, namespace: str, name: str, revision: str, path: str) -> Response:
    """Send a file of a revision. Nothing is said of Xet, so that clients download by plain HTTP."""
    with call.hub.database.reading() as connection:
        repository = call.repository(connection, kind, namespace, name)
        oid = refs.resolve(connection, repository, revision)
        file = tree_of(connection, repository, oid).get(path)
    if file is None:
        raise no_entry("Entry not found", commit=oid)
    blob = call.hub.blobs.path(file.sha256)
    if not blob.exists():
        raise no_entry(f"The bytes of {path!r} were deleted for good", commit=oid)
    headers = {"X-Repo-Commit": oid, "ETag": f'"{file.etag}"', "Content-Disposition": _named(path)}
    if file.lfs:
        headers |= {"X-Linked-Etag": f'"{file.etag}"', "X-Linked-Size": str(file.size)}
    return _File(blob, headers=headers, media_type="application/octet-stream", stat_result=blob.stat())


def _named(path: str) -> str:
    name = path.rpartition("/")[2]
    plain = name.encode("ascii", "replace").decode().replace('"', "'")
    return f"inline; filename*=UTF-8''{quote(name, errors='replace')}; filename=\"{plain}\";"
