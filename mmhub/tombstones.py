"""What was revoked from a dataset and stays out of it, known by hashes alone."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

from mmhub.errors import StoreError
from mmhub.store import Store, write_text

REVOKED = "revoked"
"""The reason rows are dropped for that a tombstone means."""
MASK = "sha256:"
"""How the id of a row begins that was purged: what follows is the sha256 of the id it had."""
Kind = Literal["row", "content", "texts", "url"]


@dataclass(frozen=True)
class Tombstone:
    """What a row is known by that was revoked: ``kind`` says of what ``sha256`` is the hash.

    ``row``: its id. ``content``: one of its values. ``texts``: all its texts together. ``url``: a URL among its plain
    values. ``how`` says whether later builds leave it out at the end (``revoked``), or never look at it
    (``withheld``), and whether the store was rid of it as well (``purged``).
    """

    kind: Kind
    sha256: str
    how: Literal["revoked", "withheld", "purged"]
    reason: str
    date: str


@dataclass(frozen=True)
class Tombstones:
    """The tombstones of one dataset."""

    all: tuple[Tombstone, ...] = ()

    def of(self, kind: Kind, *how: str) -> frozenset[str]:
        """Return the hashes of one kind, of those revoked in one of some ways."""
        return frozenset(each.sha256 for each in self.all if each.kind == kind and each.how in how)


def tombstones(store: Store, name: str) -> Tombstones:
    """Return what was revoked from the dataset ``name``; raise StoreError where that cannot be read."""
    path = store.tombstones / f"{name}.jsonl"
    if not path.exists():
        return Tombstones()
    try:
        return Tombstones(tuple(Tombstone(**json.loads(line)) for line in path.read_text("utf-8").splitlines()))
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(f"{str(path)!r}, which says what was revoked, cannot be read: {error}") from error


def bury(store: Store, name: str, more: Iterable[Tombstone]) -> None:
    """Add tombstones to those of the dataset ``name``; one that means the same as one before takes its place."""
    whole = {(each.kind, each.sha256): each for each in (*tombstones(store, name).all, *more)}
    lines = (json.dumps(asdict(each)) + "\n" for each in whole.values())
    write_text(store.tombstones / f"{name}.jsonl", "".join(lines))


def hashed(text: str) -> str:
    """Return the sha256 of a text, as tombstones hold it."""
    return hashlib.sha256(text.encode()).hexdigest()


def masked(row_id: str) -> str:
    """Return what stands in the ledger for the id of a row that was purged."""
    return row_id if row_id.startswith(MASK) else f"{MASK}{hashed(row_id)}"


def is_url(text: str | None) -> bool:
    """Whether a plain value is a URL."""
    return bool(text) and "://" in str(text)[:12]
