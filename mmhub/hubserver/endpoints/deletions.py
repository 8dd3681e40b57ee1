"""Large files: listed, and deleted for good."""

from starlette.responses import Response

from mmhub.hubserver.answers import as_json, moment, page
from mmhub.hubserver.bodies import DeletionBatch, parsed
from mmhub.hubserver.call import Call
from mmhub.hubserver.names import checked_sha256
from mmhub.hubserver.takedown import Pushed, erase, large_files, rewrite


def listing(call: Call, kind: str, namespace: str, name: str) -> Response:
    """List all large files that any commit has."""
    with call.hub.database.reading() as connection:
        found = large_files(connection, call.repository(connection, kind, namespace, name, write=True))
    rows, headers = page(call, found)
    return as_json([_entry(each) for each in rows], headers=headers)


def delete(call: Call, kind: str, namespace: str, name: str) -> Response:
    """Delete large files for good, from the history too if so wished; bytes that another repository has stay."""
    wanted = parsed(DeletionBatch, call.body).deletions
    shas = {checked_sha256(sha256) for sha256 in wanted.sha}
    with call.hub.database.writing() as connection:
        repository = call.repository(connection, kind, namespace, name, write=True)
        if wanted.rewriteHistory:
            rewrite(connection, repository, shas)
    erase(call.hub.cas, shas, repository=repository)
    return as_json({"success": sorted(shas), "failed": []})


def _entry(pushed: Pushed) -> dict[str, str | int | None]:
    return {
        "fileOid": pushed.file.sha256,
        "filename": pushed.path,
        "oid": pushed.file.sha256,
        "pushedAt": moment(pushed.commit.made),
        "ref": None,
        "size": pushed.file.size,
    }
