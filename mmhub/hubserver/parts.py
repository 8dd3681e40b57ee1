"""Files that come in parts, and are put together when all are there."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from mmhub.hubserver.blobs import Blobs
from mmhub.hubserver.refusals import Refusal

PART_BYTES = 16 << 20
_AT_ONCE_BYTES = 4 << 20


def how_many(size: int) -> int:
    """Return in how many parts so many bytes come."""
    return -(-size // PART_BYTES)


@dataclass(frozen=True)
class Parts:
    """The parts of one upload that have come so far."""

    blobs: Blobs
    upload: str

    @property
    def folder(self) -> Path:
        """Where the parts are."""
        return self.blobs.root.drafts / f"{self.upload}.parts"

    def path(self, number: int) -> Path:
        """Return where a part is, or would be."""
        return self.folder / str(number)

    def join(self, sha256: str, size: int) -> None:
        """Make a blob of all parts; refuse where one is missing, or the bytes are not what the sha256 says."""
        if self.blobs.refreshed(sha256):
            return
        with self.blobs.draft() as draft:
            for number in range(how_many(size)):
                try:
                    with self.path(number).open("rb") as part:
                        while data := part.read(_AT_ONCE_BYTES):
                            draft.write(data)
                except FileNotFoundError:
                    raise Refusal(400, f"part {number + 1} of the file {sha256} did not come: upload again") from None
            self.blobs.keep(draft, expected=sha256)
        shutil.rmtree(self.folder, ignore_errors=True)
