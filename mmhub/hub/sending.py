"""The files of a version on their way to a repository: what it has already is not sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mmhub.exporting.layout import Written
from mmhub.hub.connection import KIND, Held, Hub
from mmhub.hub.progress import Event, Listener

if TYPE_CHECKING:
    from huggingface_hub import CommitOperationAdd

_SMALL = 1 << 20


@dataclass(frozen=True)
class Piece:
    """A file that will be in the commit.

    ``data`` are its bytes where these are few and text, ``sent`` what was sent of it, and ``lies`` the path and the
    commit under which the repository has it.
    """

    name: str
    sha256: str
    data: bytes | None = None
    sent: "CommitOperationAdd | None" = None
    lies: tuple[str, str] | None = None

    def is_in(self, held: Held) -> bool:
        """Whether a commit has this file as it is."""
        from huggingface_hub.utils.sha import git_hash

        return held.files.get(self.name) in (self.sha256, self.data is not None and git_hash(self.data))

    def operation(self) -> Any:
        """Return what puts the file into a commit."""
        from huggingface_hub import CommitOperationAdd, CommitOperationCopy

        if self.lies is not None:
            path, commit = self.lies
            return CommitOperationCopy(path, self.name, src_revision=commit)
        return self.sent if self.sent is not None else CommitOperationAdd(self.name, self.data or b"")


def send(files: Iterable[Written], hub: Hub, repo: str, held: Held, listener: Listener) -> list[Piece]:
    """Send each file as it is written, remove it, and return what the commit is made of."""
    paths = {digest: path for path, digest in held.files.items()}
    pieces = []
    for file in files:
        if file.sha256 in paths:
            listener(Event("kept", file.name, file.bytes))
            pieces.append(Piece(file.name, file.sha256, lies=(paths[file.sha256], held.oid)))
        elif file.bytes < _SMALL and not file.name.endswith(".parquet"):
            pieces.append(Piece(file.name, file.sha256, data=file.path.read_bytes()))
        else:
            pieces.append(_sent(file, hub, repo, listener))
        file.path.unlink()
    return pieces


def _sent(file: Written, hub: Hub, repo: str, listener: Listener) -> Piece:
    from huggingface_hub import CommitOperationAdd

    listener(Event("sends", file.name, file.bytes))
    operation = CommitOperationAdd(file.name, str(file.path))
    # The client waits and asks again by itself here.
    hub.api.preupload_lfs_files(repo, [operation], repo_type=KIND, num_threads=2)
    listener(Event("sent", file.name, file.bytes))
    if operation.path_or_fileobj == b"":
        return Piece(file.name, file.sha256, sent=operation)
    # A server that takes the file as an ordinary one takes it with the commit.
    return Piece(file.name, file.sha256, data=file.path.read_bytes())
