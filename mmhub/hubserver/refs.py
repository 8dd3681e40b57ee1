"""Branches, tags and pull requests: names of commits."""

import re
import sqlite3
from dataclasses import dataclass

from mmhub.hubserver.names import checked_ref
from mmhub.hubserver.refusals import Refusal, no_revision
from mmhub.hubserver.repositories import Repository

BRANCH, TAG, REQUEST = "refs/heads/", "refs/tags/", "refs/pr/"
MAIN = BRANCH + "main"


@dataclass(frozen=True)
class Ref:
    """A full name such as ``refs/heads/main``, and the commit it stands for."""

    name: str
    oid: str


def all_refs(connection: sqlite3.Connection, repository: Repository) -> list[Ref]:
    """Return all refs of a repository, by name."""
    rows = connection.execute("select name, oid from refs where repository=? order by name", (repository.id,))
    return [Ref(name, oid) for name, oid in rows]


def head(connection: sqlite3.Connection, repository: Repository, name: str) -> str | None:
    """Return the commit that a full name stands for, or nothing."""
    row = connection.execute("select oid from refs where repository=? and name=?", (repository.id, name)).fetchone()
    return str(row[0]) if row else None


def resolve(connection: sqlite3.Connection, repository: Repository, revision: str) -> str:
    """Return the commit that a branch, tag, full name or (shortened) id stands for; refuse where there is none."""
    for name in (TAG + revision, BRANCH + revision, revision):
        if oid := head(connection, repository, name):
            return oid
    if re.fullmatch(r"[0-9a-f]{7,40}", revision):
        rows = connection.execute(
            "select oid from commits where repository=? and oid between ? and ?",
            (repository.id, revision, revision + "g"),
        ).fetchall()
        if len(rows) == 1:
            return str(rows[0][0])
    raise no_revision(revision)


def ref_to_commit_to(connection: sqlite3.Connection, repository: Repository, revision: str) -> str:
    """Return the full name of the branch or pull request that ``revision`` means; tags do not move."""
    name = revision if revision.startswith("refs/") else BRANCH + revision
    if head(connection, repository, TAG + revision.removeprefix(TAG)):
        raise Refusal(400, f"{revision!r} is a tag, and tags do not move: commit to a branch")
    if head(connection, repository, name) is None:
        raise no_revision(revision)
    return name


def make_branch(connection: sqlite3.Connection, repository: Repository, name: str, *, start: str) -> None:
    """Make a branch where another revision is; refuse a name that is taken, by a tag too."""
    _make(connection, repository, BRANCH + checked_ref(name), resolve(connection, repository, start), also=TAG + name)


def make_tag(
    connection: sqlite3.Connection, repository: Repository, name: str, *, revision: str, message: str | None
) -> None:
    """Make a tag; refuse a name that is taken, by a branch too. A tag never moves."""
    oid = resolve(connection, repository, revision)
    _make(connection, repository, TAG + checked_ref(name), oid, also=BRANCH + name, message=message)


def make_request(connection: sqlite3.Connection, repository: Repository, *, start: str) -> str:
    """Make the ref of a new pull request, and return its full name."""
    taken = [int(ref.name.removeprefix(REQUEST)) for ref in all_refs(connection, repository) if REQUEST in ref.name]
    name = f"{REQUEST}{max(taken, default=0) + 1}"
    _make(connection, repository, name, resolve(connection, repository, start), also=name)
    return name


def delete_ref(connection: sqlite3.Connection, repository: Repository, name: str) -> None:
    """Delete a branch or tag by its full name; the main branch stays."""
    if name == MAIN:
        raise Refusal(403, "'main' is the branch that a repository is read from: it cannot be deleted")
    gone = connection.execute("delete from refs where repository=? and name=?", (repository.id, name))
    if not gone.rowcount:
        raise no_revision(name.removeprefix(BRANCH).removeprefix(TAG))


def move(connection: sqlite3.Connection, repository: Repository, name: str, oid: str) -> None:
    """Let a full name stand for another commit, whether or not it stood for one."""
    connection.execute(
        "insert into refs(repository, name, oid) values(?, ?, ?) "
        "on conflict(repository, name) do update set oid=excluded.oid",
        (repository.id, name, oid),
    )


def _make(
    connection: sqlite3.Connection,
    repository: Repository,
    name: str,
    oid: str,
    *,
    also: str,
    message: str | None = None,
) -> None:
    for taken in (name, also):
        if head(connection, repository, taken):
            raise Refusal(409, f"Reference already exists: {taken}")
    connection.execute("insert into refs values(?, ?, ?, ?)", (repository.id, name, oid, message))
