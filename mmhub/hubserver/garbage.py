"""What nothing refers to any more: found, and removed beside a Hub that is being served."""

import fcntl
import shutil
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mmhub.errors import MmhubError
from mmhub.hubserver.blobs import Blobs
from mmhub.hubserver.cas import Cas, forget_xorbs
from mmhub.hubserver.database import Database
from mmhub.hubserver.folder import Root
from mmhub.hubserver.trees import unpacked

_REACHED = """
    with recursive reached(repository, oid) as (
      select repository, oid from refs
      union
      select c.repository, c.parent from commits c join reached using(repository, oid) where c.parent is not null)
"""


@dataclass(frozen=True)
class Amount:
    """So many files or commits, and the bytes they take together."""

    count: int
    bytes: int


@dataclass(frozen=True)
class _Seen:
    """The sha256 of all files that commits up to ``newest`` have."""

    shas: set[str]
    newest: int


def collect(root: Root, *, before: float, xorbs: bool = False, dry_run: bool = False) -> dict[str, Amount]:
    """Remove what no branch, tag or pull request leads to, and return how much that was, by kind.

    Files that were written or asked for since ``before`` (seconds since 1970) stay: a client may be about to commit
    them. With ``xorbs`` all older xorbs go, also those that would spare clients from sending chunks again.
    """
    database = Database(root.database)
    try:
        with _held(root):
            cas = Cas(root, Blobs(root), database)
            return _collect(cas, before=before, every_xorb=xorbs, dry_run=dry_run)
    finally:
        database.close()


def _collect(cas: Cas, *, before: float, every_xorb: bool, dry_run: bool) -> dict[str, Amount]:
    with cas.database.reading() as connection:
        seen = _referred(connection)
        commits = _lost_commits(connection)
        unused = _unused_xorbs(connection, cas, seen.shas, every=every_xorb)
    if not dry_run and _older(unused, before):
        # Before they go: a client that is told the new address relies on none of them.
        forget_xorbs(cas.database)
    # Nobody commits while files go, so that what no commit has now, none will have.
    with cas.database.writing() as connection:
        shas = seen.shas | _referred(connection, after=seen.newest).shas
        found = {
            "drafts": _older(cas.root.drafts.iterdir(), before),
            "blobs": _older((path for path in cas.blobs.all() if path.name not in shas), before),
            "xorbs": _older(_unused_xorbs(connection, cas, shas, every=every_xorb), before),
        }
        amounts = {"commits": Amount(commits, 0), **{kind: _amount(paths) for kind, paths in found.items()}}
        if not dry_run:
            connection.execute(f"{_REACHED} delete from commits where (repository, oid) not in reached")
            for path in (path for paths in found.values() for path in paths):
                _remove(path)
            _forget_pieces(connection, cas)
    return amounts


def _lost_commits(connection: sqlite3.Connection) -> int:
    rows = connection.execute(f"{_REACHED} select count(*) from commits where (repository, oid) not in reached")
    return int(rows.fetchone()[0])


def _referred(connection: sqlite3.Connection, *, after: int = 0) -> _Seen:
    """Return what the commits have that a ref leads to, of those recorded after some number."""
    shas: set[str] = set()
    rows = connection.execute(
        f"{_REACHED} select number, tree from commits where number > ? and (repository, oid) in reached", (after,)
    )
    newest = after
    for number, tree in rows:
        newest = max(newest, number)
        shas |= {file.sha256 for file in unpacked(tree).values()}
    return _Seen(shas, newest)


def _unused_xorbs(connection: sqlite3.Connection, cas: Cas, shas: Collection[str], *, every: bool) -> list[Path]:
    """Return the xorbs that no file was made of which a commit has, or all."""
    rows = connection.execute("select sha256, xorb from pieces")
    used = set() if every else {xorb for sha256, xorb in rows if sha256 in shas}
    return [path for path in cas.root.xorbs.iterdir() if path.name not in used]


def _forget_pieces(connection: sqlite3.Connection, cas: Cas) -> None:
    rows = connection.execute("select sha256, xorb from pieces").fetchall()
    gone = [row for row in rows if cas.blobs.size(row[0]) is None or not cas.path(row[1]).exists()]
    connection.executemany("delete from pieces where sha256=? and xorb=?", gone)


def _older(paths: Iterable[Path], before: float) -> list[Path]:
    return sorted(path for path in paths if _touched(path) < before)


def _touched(path: Path) -> float:
    """Return when a file, or any in a folder, was written; of one that is gone meanwhile, a time that never is."""
    try:
        return max(each.stat().st_mtime for each in (path, *_files(path)))
    except FileNotFoundError:
        return float("inf")


def _amount(paths: Collection[Path]) -> Amount:
    sizes = [each.stat().st_size for path in paths for each in (_files(path) or [path])]
    return Amount(len(paths), sum(sizes))


def _files(path: Path) -> list[Path]:
    return list(path.iterdir()) if path.is_dir() else []


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def _held(root: Root) -> Iterator[None]:
    """Keep a second collector out."""
    with (root.path / "gc.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MmhubError(f"the Hub in {str(root.path)!r} is being cleaned already: wait until that ends") from None
        yield
