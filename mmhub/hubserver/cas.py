"""What Xet clients upload: xorbs are kept, and each file that a shard describes becomes a blob at once.

So downloads need no Xet, and xorbs only spare clients from sending chunks again.
"""

import mmap
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mmhub.hubserver.blobs import Blobs
from mmhub.hubserver.database import Database
from mmhub.hubserver.drafts import Draft, draft_in
from mmhub.hubserver.folder import Root
from mmhub.hubserver.names import checked_sha256
from mmhub.hubserver.refusals import Refusal
from mmhub.hubserver.xorbs import Made, Xorb, made_of

_EPOCH = "xet epoch"
"""Counts how often xorbs were removed. It is part of the address that Xet clients are given, and they remember for
each address what they have sent there: a new one makes them forget xorbs that are gone."""
_OPEN_AT_ONCE = 64
"""How many xorbs of at most 64 MiB are mapped while one file is rebuilt."""


@dataclass(frozen=True)
class Cas:
    """The xorbs of a Hub, and the way from them to blobs."""

    root: Root
    blobs: Blobs
    database: Database

    def path(self, xorb: str) -> Path:
        """Return where a xorb is, or would be."""
        return self.root.xorbs / checked_sha256(xorb)

    def epoch(self) -> int:
        """Return how often xorbs were removed."""
        with self.database.reading() as connection:
            row = connection.execute("select value from counters where name=?", (_EPOCH,)).fetchone()
        return int(row[0]) if row else 0

    @contextmanager
    def draft(self) -> Iterator[Draft]:
        """Give a draft for a xorb; `keep` makes one of it."""
        with draft_in(self.root.drafts) as draft:
            yield draft

    def keep(self, draft: Draft, xorb: str) -> bool:
        """Keep a draft as a xorb, and return whether it is new."""
        path = self.path(xorb)
        new = not path.exists()
        draft.become(path)
        return new

    def register(self, shard: bytes) -> None:
        """Make blobs of all files that a shard describes; refuse one whose bytes are not what its sha256 says."""
        for made in made_of(shard):
            self._refresh({run.xorb for run in made.runs})
            if made.sha256 is None or not self._is_there(made, made.sha256):
                self._note(made, self._rebuilt(made))

    def _is_there(self, made: Made, sha256: str) -> bool:
        # Noted before the blob is written: a takedown must find all xorbs that hold a blob's bytes.
        self._note(made, sha256)
        return self.blobs.refreshed(sha256)

    def _note(self, made: Made, sha256: str) -> None:
        rows = [(sha256, xorb) for xorb in sorted({run.xorb for run in made.runs})]
        with self.database.writing() as connection:
            connection.executemany("insert or ignore into pieces values(?, ?)", rows)

    def _rebuilt(self, made: Made) -> str:
        opened = lru_cache(maxsize=_OPEN_AT_ONCE)(self._opened)
        with self.blobs.draft() as draft:
            for run in made.runs:
                before = draft.size
                for chunk in opened(run.xorb).chunks(run.start, run.stop):
                    draft.write(chunk)
                if (came := draft.size - before) != run.size:
                    raise Refusal(400, f"{run.size} bytes of a file were {came} in its xorb: upload again")
            return self.blobs.keep(draft, expected=made.sha256)

    def _opened(self, xorb: str) -> Xorb:
        try:
            with self.path(xorb).open("rb") as file:
                return Xorb(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (FileNotFoundError, ValueError):
            raise _gone() from None

    def _refresh(self, xorbs: Iterable[str]) -> None:
        """Spare xorbs from the collector for a while; where one is gone the client must send it again, and will."""
        try:
            for xorb in xorbs:
                os.utime(self.path(xorb))
        except FileNotFoundError:
            forget_xorbs(self.database)
            raise _gone() from None


def forget_xorbs(database: Database) -> None:
    """Give clients another address from now on, at which they rely on no xorb they sent before."""
    with database.writing() as connection:
        connection.execute("insert into counters values(?, 1) on conflict(name) do update set value=value+1", (_EPOCH,))


def _gone() -> Refusal:
    return Refusal(400, "The Hub no longer has a part that this upload refers to: push again")
