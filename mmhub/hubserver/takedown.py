"""How large files leave a repository for good, its history and tags included."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from mmhub.hubserver.cas import Cas, forget_xorbs
from mmhub.hubserver.history import Commit, Words, commit_of, record
from mmhub.hubserver.repositories import Repository
from mmhub.hubserver.trees import File, unpacked


@dataclass(frozen=True)
class Pushed:
    """A large file, a path it had, and the first commit that had it."""

    file: File
    path: str
    commit: Commit


def large_files(connection: sqlite3.Connection, repository: Repository) -> list[Pushed]:
    """Return all large files that any commit of a repository has, the newest first."""
    found: dict[str, Pushed] = {}
    for oid, data in _commits(connection, repository):
        for path, file in unpacked(data).items():
            if file.lfs and file.sha256 not in found:
                found[file.sha256] = Pushed(file, path, commit_of(connection, repository, oid))
    return list(reversed(found.values()))


def rewrite(connection: sqlite3.Connection, repository: Repository, gone: Collection[str]) -> None:
    """Write the history anew without the files whose sha256 are in ``gone``: branches and tags follow.

    Commits that never had such a file, and come after none that did, stay as they are.
    """
    moved: dict[str, str] = {}
    for oid, data in _commits(connection, repository):
        tree, old = unpacked(data), commit_of(connection, repository, oid)
        left = {path: file for path, file in tree.items() if file.sha256 not in gone}
        parent = moved.get(old.parent, old.parent) if old.parent else None
        if len(left) == len(tree) and parent == old.parent:
            continue
        words = Words(old.title, old.message, old.author, old.made)
        moved[oid] = record(connection, repository, left, words, parent=parent)
    for old_oid, new_oid in moved.items():
        connection.execute("update refs set oid=? where repository=? and oid=?", (new_oid, repository.id, old_oid))
        connection.execute("delete from commits where repository=? and oid=?", (repository.id, old_oid))


def erase(cas: Cas, shas: Collection[str], *, repository: Repository) -> None:
    """Remove blobs that no repository but this one has, and the xorbs they were made of."""
    forget_xorbs(cas.database)
    with cas.database.writing() as connection:
        for sha256 in set(shas) - _had_elsewhere(connection, shas, repository):
            for (xorb,) in connection.execute("select xorb from pieces where sha256=?", (sha256,)):
                cas.path(xorb).unlink(missing_ok=True)
            cas.blobs.path(sha256).unlink(missing_ok=True)
            connection.execute("delete from pieces where sha256=?", (sha256,))


def _had_elsewhere(connection: sqlite3.Connection, shas: Collection[str], repository: Repository) -> set[str]:
    wanted, found = set(shas), set[str]()
    for (tree,) in connection.execute("select tree from commits where repository<>?", (repository.id,)):
        found |= wanted & {file.sha256 for file in unpacked(tree).values()}
    return found


def _commits(connection: sqlite3.Connection, repository: Repository) -> list[tuple[str, bytes]]:
    """Return the ids and packed trees of all commits, each after its parent."""
    rows = connection.execute("select oid, tree from commits where repository=? order by number", (repository.id,))
    return rows.fetchall()
