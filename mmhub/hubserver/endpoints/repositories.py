"""Repositories: made, deleted, described and listed."""

import sqlite3
from typing import Any

from starlette.responses import Response

from mmhub.hubserver import refs, repositories
from mmhub.hubserver.answers import as_json, done, moment, page
from mmhub.hubserver.bodies import NewRepository, Settings, parsed
from mmhub.hubserver.call import Call
from mmhub.hubserver.changes import RegularFile
from mmhub.hubserver.committing import commit, proposal
from mmhub.hubserver.history import Words, commit_of, tree_of
from mmhub.hubserver.hub import OWNER
from mmhub.hubserver.names import KINDS, checked_repository
from mmhub.hubserver.refusals import Refusal
from mmhub.hubserver.repositories import Repository
from mmhub.hubserver.uploading import attributes


def create(call: Call) -> Response:
    """Make a repository; where there is one of that name the answer says so and where, as clients need to know."""
    call.only_owner()
    wanted = parsed(NewRepository, call.body)
    kind, name = wanted.type or "model", checked_repository(wanted.organization or OWNER, wanted.name)
    first = proposal(call.hub.blobs, [RegularFile(path=".gitattributes", content=attributes())])
    with call.hub.database.writing() as connection:
        made = repositories.make(connection, kind, name, private=_private(wanted) or False, now=call.now)
        found = made or repositories.find(connection, kind, name)
        if made:
            words = Words("initial commit", "", OWNER, call.now)
            commit(connection, call.hub.blobs, made, refs.MAIN, first, words)
    url = f"{call.base}/{found.address}"
    if made:
        return as_json({"url": url, "name": name, "id": name})
    taken = Refusal(409, f"You already created this {kind} repo: {name}")
    return as_json({"error": taken.message, "url": url}, status=409, headers=taken.headers)


def delete(call: Call) -> Response:
    """Delete a repository."""
    call.only_owner()
    wanted = parsed(NewRepository, call.body)
    with call.hub.database.writing() as connection:
        name = f"{wanted.organization or OWNER}/{wanted.name}"
        repositories.delete(connection, repositories.find(connection, wanted.type or "model", name))
    return done()


def change(call: Call, kind: str, namespace: str, name: str) -> Response:
    """Hide a repository, or show it."""
    private = _private(parsed(Settings, call.body))
    with call.hub.database.writing() as connection:
        repository = call.repository(connection, kind, namespace, name, write=True)
        if private is not None:
            repositories.set_private(connection, repository, private=private)
    return as_json({"private": repository.private if private is None else private})


def describe(call: Call, kind: str, namespace: str, name: str, revision: str = "main") -> Response:
    """Describe a repository at a revision, with the files in it."""
    with call.hub.database.reading() as connection:
        repository = call.repository(connection, kind, namespace, name)
        return as_json(_description(connection, repository, revision, blobs=call.flag("blobs")))


def listing(call: Call, kind: str) -> Response:
    """List the repositories that the asker may see, by namespace and a part of the name if so wished."""
    owner, author, search = call.is_owner(), call.option("author"), call.option("search")
    with call.hub.database.reading() as connection:
        found = [
            each
            for each in repositories.all_of(connection, KINDS[kind])
            if (owner or not each.private) and search in each.name and author in ("", each.name.partition("/")[0])
        ]
        rows, headers = page(call, found)
        described = [_description(connection, each, "main", blobs=False) for each in rows]
    return as_json(described, headers=headers)


def _private(wanted: NewRepository | Settings) -> bool | None:
    """Return whether a repository is to be private, or nothing where the client does not say."""
    return wanted.visibility == "private" if wanted.visibility else wanted.private


def _description(
    connection: sqlite3.Connection, repository: Repository, revision: str, *, blobs: bool
) -> dict[str, Any]:
    oid = refs.resolve(connection, repository, revision)
    tree, newest = tree_of(connection, repository, oid), commit_of(connection, repository, oid)
    siblings: list[dict[str, Any]] = []
    for path, file in sorted(tree.items()):
        siblings.append({"rfilename": path})
        if blobs:
            siblings[-1] |= {"size": file.size, "blobId": file.oid}
        if blobs and file.lfs:
            large = {"sha256": file.sha256, "size": file.size, "pointerSize": file.pointer_size}
            siblings[-1]["lfs"] = large
    return {
        "_id": f"{repository.id:024x}",
        "id": repository.name,
        "modelId": repository.name,
        "author": repository.name.partition("/")[0],
        "sha": oid,
        "lastModified": moment(newest.made),
        "createdAt": moment(repository.created),
        "private": repository.private,
        "gated": False,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "tags": [],
        "siblings": siblings,
        "cardData": {},
        "usedStorage": sum(file.size for file in tree.values()),
    }
