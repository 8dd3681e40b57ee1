"""Commits, and what clients ask before they make one."""

import base64
import binascii
import shutil
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from starlette.responses import Response

from mmhub.hubserver import refs
from mmhub.hubserver.answers import as_json
from mmhub.hubserver.bodies import Candidate, Candidates, parsed
from mmhub.hubserver.call import Call
from mmhub.hubserver.changes import parsed_commit
from mmhub.hubserver.committing import commit as commit_to
from mmhub.hubserver.committing import proposal
from mmhub.hubserver.history import Words, tree_of
from mmhub.hubserver.hub import OWNER
from mmhub.hubserver.refusals import Refusal, no_room
from mmhub.hubserver.repositories import Repository
from mmhub.hubserver.trees import Tree
from mmhub.hubserver.uploading import is_ignored, is_large


def preupload(call: Call, kind: str, namespace: str, name: str, revision: str) -> Response:
    """Tell for each file how it is to come, and what the revision has under its path."""
    wanted = parsed(Candidates, call.body)
    with call.hub.database.reading() as connection:
        repository = call.repository(connection, kind, namespace, name, write=True)
        tree = _tree(connection, repository, revision)
    files = [_mode(file, tree, wanted.gitIgnore or "") for file in wanted.files]
    _check_room(call.hub.root.path, wanted.files, tree)
    return as_json({"files": files, "commitOid": None})


def commit(call: Call, kind: str, namespace: str, name: str, revision: str) -> Response:
    """Commit changes to a branch, or to a new pull request."""
    with call.hub.database.reading() as connection:
        call.repository(connection, kind, namespace, name, write=True)
    header, changes = parsed_commit(call.body)
    wanted = proposal(call.hub.blobs, changes, parent=header.parentCommit)
    words = Words(header.summary, header.description or "", OWNER, call.now)
    request = call.flag("create_pr")
    with call.hub.database.writing() as connection:
        repository = call.repository(connection, kind, namespace, name, write=True)
        ref = _target(connection, repository, revision, request=request)
        oid = commit_to(connection, call.hub.blobs, repository, ref, wanted, words)
    url = f"{call.base}/{repository.address}"
    number = ref.removeprefix(refs.REQUEST)
    return as_json(
        {
            "success": True,
            "commitOid": oid,
            "commitUrl": f"{url}/commit/{oid}",
            "hookOutput": "",
            "pullRequestUrl": f"{url}/discussions/{number}" if request else None,
        }
    )


def _target(connection: sqlite3.Connection, repository: Repository, revision: str, *, request: bool) -> str:
    if request:
        return refs.make_request(connection, repository, start=revision)
    return refs.ref_to_commit_to(connection, repository, revision)


def _tree(connection: sqlite3.Connection, repository: Repository, revision: str) -> Tree:
    """Return the files of a revision, or none where it is yet to be made."""
    try:
        oid = refs.resolve(connection, repository, revision)
    except Refusal:
        return {}
    return tree_of(connection, repository, oid)


def _mode(file: Candidate, tree: Tree, ignore: str) -> dict[str, Any]:
    try:
        sample = base64.b64decode(file.sample)
    except binascii.Error as error:
        raise Refusal(400, f"the sample of {file.path!r} is no base64: {error}") from error
    there = tree.get(file.path)
    return {
        "path": file.path,
        "uploadMode": "lfs" if is_large(file.path, file.size, sample) else "regular",
        "oid": there.etag if there else None,
        "shouldIgnore": is_ignored(file.path, ignore),
    }


def _check_room(folder: Path, files: Iterable[Candidate], tree: Tree) -> None:
    """Refuse what the disk cannot hold before it is sent: some clients keep on trying for minutes afterwards."""
    coming = sum(file.size for file in files if file.path not in tree or tree[file.path].size != file.size)
    free = shutil.disk_usage(folder).free
    if coming > free:
        raise no_room(f"The disk of the Hub has {free} bytes free, and {coming} are to come")
