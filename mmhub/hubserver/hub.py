"""A Hub: its folder, its owner, and what both are asked through."""

import hmac
from dataclasses import dataclass, field

from mmhub.hubserver.blobs import Blobs
from mmhub.hubserver.cas import Cas
from mmhub.hubserver.database import Database
from mmhub.hubserver.folder import Root
from mmhub.hubserver.refusals import Refusal
from mmhub.hubserver.signing import Signer

OWNER = "local"
"""The one who may write, and see what is private."""
_CHUNKS = "chunks"


@dataclass(frozen=True)
class Hub:
    """The parts of a Hub, opened."""

    root: Root
    database: Database
    blobs: Blobs
    cas: Cas
    signer: Signer
    token: str = field(repr=False)

    @classmethod
    def opened(cls, root: Root, token: str) -> "Hub":
        """Open the Hub in ``root``, whose owner has ``token``."""
        database, blobs = Database(root.database), Blobs(root)
        return cls(root, database, blobs, Cas(root, blobs, database), Signer(root.secret()), token)

    def is_owner(self, token: str) -> bool:
        """Return whether a token is the owner's."""
        return hmac.compare_digest(token.encode("utf-8", "replace"), self.token.encode())

    def chunk_token(self, *, now: float) -> tuple[str, int]:
        """Return a token to send chunks with, and when it expires, in seconds since 1970."""
        return self.signer.token(_CHUNKS, now=now)

    def may_send_chunks(self, token: str, *, now: float) -> bool:
        """Return whether `chunk_token` made a token, and its time is not over."""
        try:
            self.signer.check_token(_CHUNKS, token=token, now=now)
        except Refusal:
            return False
        return True
