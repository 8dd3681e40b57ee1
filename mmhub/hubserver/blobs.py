"""The bytes of files, each kept once under its sha256."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mmhub.hubserver.drafts import Draft, draft_in
from mmhub.hubserver.folder import Root
from mmhub.hubserver.refusals import Refusal


@dataclass(frozen=True)
class Blobs:
    """The blobs of a Hub. What has just been asked for is *fresh*: `mmhub hub gc` spares it for a while."""

    root: Root

    def path(self, sha256: str) -> Path:
        """Return where a blob is, or would be."""
        return self.root.blobs / sha256[:2] / sha256

    def size(self, sha256: str) -> int | None:
        """Return how many bytes a blob has, or nothing where there is none."""
        try:
            return self.path(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def refreshed(self, sha256: str) -> bool:
        """Return whether there is such a blob, and make it fresh: somebody is about to refer to it."""
        try:
            os.utime(self.path(sha256))
        except FileNotFoundError:
            return False
        return True

    def add(self, data: bytes) -> str:
        """Keep ``data``, and return its sha256."""
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.refreshed(sha256):
            with self.draft() as draft:
                draft.write(data)
                self.keep(draft)
        return sha256

    @contextmanager
    def draft(self) -> Iterator[Draft]:
        """Give a draft for bytes that come in pieces; `keep` makes a blob of it."""
        with draft_in(self.root.drafts) as draft:
            yield draft

    def keep(self, draft: Draft, *, expected: str | None = None) -> str:
        """Make a blob of a draft, and return its sha256; refuse one that is not as ``expected``."""
        sha256 = draft.sha256
        if expected not in (None, sha256):
            raise Refusal(400, f"the bytes that came have the sha256 {sha256}, not {expected}: send them again")
        draft.become(self.path(sha256))
        return sha256

    def all(self) -> Iterator[Path]:
        """Yield the files of all blobs."""
        yield from sorted(self.root.blobs.glob("??/*"))
