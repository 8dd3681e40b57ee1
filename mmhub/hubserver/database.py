"""The database of a Hub: repositories, commits, refs, and which xorbs a blob was made of."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from mmhub.errors import MmhubError

_LAYOUT = 1
"""Grows when the tables change."""
_PATIENCE_SECONDS = 60.0
_TABLES = """
    create table if not exists repositories(
        id integer primary key autoincrement, kind text not null, name text not null, private integer not null,
        created real not null, unique(kind, name));
    create table if not exists commits(
        number integer primary key autoincrement, repository integer not null, oid text not null, parent text,
        title text not null, message text not null, author text not null, made real not null, tree blob not null,
        unique(repository, oid));
    create table if not exists refs(
        repository integer not null, name text not null, oid text not null, message text,
        primary key(repository, name)) without rowid;
    create table if not exists pieces(
        sha256 text not null, xorb text not null, primary key(sha256, xorb)) without rowid;
    create table if not exists counters(name text primary key, value integer not null) without rowid;
"""


class Database:
    """Where connections come from. Several processes may use one database; each commit is one transaction."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._open = self._connected()
            self._open.execute("pragma journal_mode=wal")
            layout = self._open.execute("pragma user_version").fetchone()[0]
            if layout in (0, _LAYOUT):
                self._open.executescript(f"begin immediate; {_TABLES} pragma user_version={_LAYOUT}; commit;")
        except sqlite3.Error as error:
            raise MmhubError(f"the database of the Hub {str(path)!r} cannot be opened: {error}") from error
        if layout not in (0, _LAYOUT):
            self.close()
            raise MmhubError(f"the Hub in {str(path.parent)!r} was made by a newer mmhub: update mmhub")

    def close(self) -> None:
        """Give the database back."""
        self._open.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give one state of the database, which no commit changes while the block runs."""
        with closing(self._connected()) as connection:
            connection.execute("begin")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the database to write to, alone; all is kept when the block ends well, and else nothing."""
        with closing(self._connected()) as connection:
            connection.execute("begin immediate")
            try:
                yield connection
                connection.execute("commit")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("rollback")
                raise

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("pragma synchronous=full")
        return connection
