"""The folder that holds everything a Hub keeps, and the secrets in it."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from mmhub.errors import MmhubError


def default_root() -> Path:
    """Return where the Hub is unless a command says otherwise: ``$MMHUB_HUB``, or ``~/.mmhub-hub``."""
    return Path(os.environ.get("MMHUB_HUB") or Path.home() / ".mmhub-hub")


@dataclass(frozen=True)
class Root:
    """The places in the folder of a Hub."""

    path: Path

    @classmethod
    def at(cls, path: Path | str | None = None) -> "Root":
        """Return the Hub in ``path``, or where it is by default; nothing is made or opened."""
        return cls(Path(path or default_root()).expanduser().absolute())

    def made(self) -> "Root":
        """Return this Hub with its folders made; raise MmhubError if they cannot be written."""
        try:
            for folder in (self.blobs, self.xorbs, self.drafts):
                folder.mkdir(parents=True, exist_ok=True)
            if not os.access(self.path, os.W_OK | os.X_OK):
                raise PermissionError(13, "Permission denied", str(self.path))
        except OSError as error:
            raise MmhubError(
                f"the folder of the Hub {str(self.path)!r} cannot be written ({error.strerror}): "
                "name another one with `--root DIR` or MMHUB_HUB"
            ) from error
        return self

    @property
    def blobs(self) -> Path:
        """The bytes of every file, each named by its sha256."""
        return self.path / "blobs"

    @property
    def xorbs(self) -> Path:
        """What Xet clients sent: runs of chunks which later uploads refer to."""
        return self.path / "xorbs"

    @property
    def drafts(self) -> Path:
        """Uploads under way."""
        return self.path / "drafts"

    @property
    def database(self) -> Path:
        """Repositories, commits and refs."""
        return self.path / "hub.db"

    def token(self) -> str:
        """Return the token kept in this Hub, made the first time and readable by its owner alone."""
        return self._kept("token", "hf_" + secrets.token_hex(17))

    def secret(self) -> bytes:
        """Return the key that upload addresses are signed with."""
        return self._kept("secret", secrets.token_hex(32)).encode()

    def _kept(self, name: str, fresh: str) -> str:
        """Return the text of a private file; of several processes that make it at once, all return the same."""
        path = self.path / name
        if not path.exists():
            draft = self.drafts / f"{name}-{secrets.token_hex(8)}"
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(fresh + "\n")
                file.flush()
                os.fsync(file.fileno())
            try:
                path.hardlink_to(draft)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text().strip()
