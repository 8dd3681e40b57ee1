"""Commits: how they are kept, and how one follows another."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mmhub.hubserver.repositories import Repository
from mmhub.hubserver.trees import File, Tree, packed, unpacked

_COLUMNS = "oid, parent, title, message, author, made"


@dataclass(frozen=True)
class Commit:
    """What a commit says of itself; ``made`` is in seconds since 1970."""

    oid: str
    parent: str | None
    title: str
    message: str
    author: str
    made: float


@dataclass(frozen=True)
class Words:
    """What who commits says: a title, a longer message, a name; and when."""

    title: str
    message: str
    author: str
    made: float


def commit_of(connection: sqlite3.Connection, repository: Repository, oid: str) -> Commit:
    """Return a commit that is there."""
    row = connection.execute(
        f"select {_COLUMNS} from commits where repository=? and oid=?", (repository.id, oid)
    ).fetchone()
    return Commit(*row)


def tree_of(connection: sqlite3.Connection, repository: Repository, oid: str) -> Tree:
    """Return the files of a commit that is there."""
    row = connection.execute("select tree from commits where repository=? and oid=?", (repository.id, oid)).fetchone()
    return unpacked(row[0])


def line(connection: sqlite3.Connection, repository: Repository, oid: str) -> list[Commit]:
    """Return a commit and those before it, the newest first."""
    rows = connection.execute(
        f"""with recursive line(depth, oid, parent, title, message, author, made) as (
              select 0, {_COLUMNS} from commits where repository=:repository and oid=:oid
              union all
              select depth + 1, c.oid, c.parent, c.title, c.message, c.author, c.made
              from commits c, line where c.repository=:repository and c.oid=line.parent)
            select {_COLUMNS} from line order by depth""",
        {"repository": repository.id, "oid": oid},
    )
    return [Commit(*row) for row in rows]


def record(
    connection: sqlite3.Connection,
    repository: Repository,
    tree: Mapping[str, File],
    words: Words,
    *,
    parent: str | None,
) -> str:
    """Keep a commit, and return its id; no ref moves."""
    files = packed(tree)
    said = [repository.kind, repository.name, parent, words.title, words.message, words.author, words.made]
    oid = hashlib.sha1(json.dumps(said).encode() + files, usedforsecurity=False).hexdigest()
    # The same commit twice in one moment is the same commit.
    connection.execute(
        f"insert or ignore into commits(repository, {_COLUMNS}, tree) values(?, ?, ?, ?, ?, ?, ?, ?)",
        (repository.id, oid, parent, words.title, words.message, words.author, words.made, files),
    )
    return oid


def last_changes(
    connection: sqlite3.Connection, repository: Repository, oid: str, paths: Iterable[str]
) -> dict[str, Commit]:
    """Return, for files of a commit, the commit in which each became what it is."""
    commits = line(connection, repository, oid)
    tree, pending, found = tree_of(connection, repository, oid), set(paths), dict[str, Commit]()
    for commit in commits:
        before = tree_of(connection, repository, commit.parent) if commit.parent else {}
        changed = {path for path in pending if before.get(path) != tree.get(path)}
        found |= dict.fromkeys(changed, commit)
        pending -= changed
        if not pending:
            break
        tree = before
    return found
