"""Repositories: made, found, listed and deleted."""

import sqlite3
from dataclasses import dataclass

from mmhub.hubserver.refusals import no_repository

_COLUMNS = "id, kind, name, private, created"


@dataclass(frozen=True)
class Repository:
    """A model, dataset or space, called ``namespace/name``; ``created`` is in seconds since 1970."""

    id: int
    kind: str
    name: str
    private: bool
    created: float

    @property
    def address(self) -> str:
        """Where it is below the Hub's endpoint, such as ``datasets/local/coco``."""
        return self.name if self.kind == "model" else f"{self.kind}s/{self.name}"


def make(connection: sqlite3.Connection, kind: str, name: str, *, private: bool, now: float) -> Repository | None:
    """Make an empty repository, or return nothing where there is one of that name."""
    made = connection.execute(
        "insert into repositories(kind, name, private, created) values(?, ?, ?, ?) on conflict do nothing",
        (kind, name, int(private), now),
    )
    return find(connection, kind, name) if made.rowcount else None


def find(connection: sqlite3.Connection, kind: str, name: str) -> Repository:
    """Return a repository; refuse where there is none."""
    row = connection.execute(f"select {_COLUMNS} from repositories where kind=? and name=?", (kind, name)).fetchone()
    if row is None:
        raise no_repository()
    return _repository(row)


def all_of(connection: sqlite3.Connection, kind: str) -> list[Repository]:
    """Return all repositories of a kind, by name."""
    rows = connection.execute(f"select {_COLUMNS} from repositories where kind=? order by name", (kind,))
    return [_repository(row) for row in rows]


def delete(connection: sqlite3.Connection, repository: Repository) -> None:
    """Delete a repository with its commits and refs; the blobs go with the next `mmhub hub gc`."""
    for table in ("refs", "commits"):
        connection.execute(f"delete from {table} where repository=?", (repository.id,))
    connection.execute("delete from repositories where id=?", (repository.id,))


def set_private(connection: sqlite3.Connection, repository: Repository, *, private: bool) -> None:
    """Hide a repository from those without a token, or show it to everyone."""
    connection.execute("update repositories set private=? where id=?", (int(private), repository.id))


def _repository(row: tuple[int, str, str, int, float]) -> Repository:
    number, kind, name, private, created = row
    return Repository(number, kind, name, bool(private), created)
