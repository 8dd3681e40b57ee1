"""Files and folders of a revision."""

import sqlite3
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import Response

from mmhub.hubserver import refs
from mmhub.hubserver.answers import as_json, moment, page
from mmhub.hubserver.bodies import PathsWanted, parsed
from mmhub.hubserver.call import Call
from mmhub.hubserver.history import Commit, last_changes, tree_of
from mmhub.hubserver.refusals import no_entry
from mmhub.hubserver.repositories import Repository
from mmhub.hubserver.trees import Tree, folder_oid, folders, within

Entry = dict[str, Any]


def listing(call: Call, kind: str, namespace: str, name: str, revision: str, path: str) -> Response:
    """List a folder; all in it and below, if so wished."""
    folder = path.strip("/")
    with call.hub.database.reading() as connection:
        repository = call.repository(connection, kind, namespace, name)
        oid = refs.resolve(connection, repository, revision)
        tree = tree_of(connection, repository, oid)
        inside = sorted({*(files := within(tree, folder)), *within(folders(files), folder)})
        if folder and not inside:
            raise no_entry(f'{folder} does not exist on "{revision}"', commit=oid)
        depth = folder.count("/") + 1 if folder else 0
        found = inside if call.flag("recursive") else [path for path in inside if path.count("/") == depth]
        rows, headers = page(call, found, headers={"X-Repo-Commit": oid})
        entries = _entries(connection, repository, oid, tree, rows, expand=call.flag("expand"))
    return as_json(entries, headers=headers)


def paths_info(call: Call, kind: str, namespace: str, name: str, revision: str) -> Response:
    """Tell what is under the paths that the body names, leaving out those that do not exist."""
    wanted = _wanted(call)
    with call.hub.database.reading() as connection:
        repository = call.repository(connection, kind, namespace, name)
        oid = refs.resolve(connection, repository, revision)
        tree = tree_of(connection, repository, oid)
        there = folders(tree)
        found = [path for path in (path.strip("/") for path in wanted.paths) if path in tree or path in there]
        return as_json(_entries(connection, repository, oid, tree, found, expand=wanted.expand))


def _wanted(call: Call) -> PathsWanted:
    if "json" in call.request.headers.get("content-type", ""):
        return parsed(PathsWanted, call.body)
    form = parse_qs(call.body.decode("utf-8", "replace"))
    return PathsWanted(paths=form.get("paths", []), expand=form.get("expand", [""])[0].lower() in ("1", "true"))


def _entries(
    connection: sqlite3.Connection,
    repository: Repository,
    oid: str,
    tree: Tree,
    paths: Iterable[str],
    *,
    expand: bool,
) -> list[Entry]:
    entries = [_file(tree, path) if path in tree else _folder(tree, path) for path in paths]
    if expand:
        changes = last_changes(connection, repository, oid, tree)
        for entry in entries:
            entry["lastCommit"] = _last(entry["path"], changes)
    return entries


def _file(tree: Tree, path: str) -> Entry:
    file = tree[path]
    entry: Entry = {"type": "file", "path": path, "size": file.size, "oid": file.oid}
    if file.lfs:
        entry["lfs"] = {"oid": file.sha256, "size": file.size, "pointerSize": file.pointer_size}
    return entry


def _folder(tree: Tree, path: str) -> Entry:
    return {"type": "directory", "path": path, "size": 0, "oid": folder_oid(tree, path)}


def _last(path: str, changes: dict[str, Commit]) -> Entry:
    """Return the newest commit that changed a file, or a file in a folder."""
    of_path = [changes[path]] if path in changes else [changes[inner] for inner in within(changes, path)]
    newest = max(of_path, key=lambda commit: commit.made)
    return {"id": newest.oid, "title": newest.title, "date": moment(newest.made)}
