"""The directory that holds media, facts and versions, and how files come to be in it."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import uuid4

from mmhub.errors import StoreError

_ALL = ".store"
"""The lock that every build shares, and that who cleans the store has alone."""
_DRAFTS = (
    *("*/.*.tmp", "facts/*/.*.tmp", "versions/*/.*.tmp", "indexes/*/.*.tmp"),
    *("downloads/*/*/.*.tmp", "downloads/*/.*.tmp"),
)
_PATIENCE, _POLL_SECONDS = 100, 0.1


def default_root() -> Path:
    """Return where the store is unless a command says otherwise: ``$MMHUB_HOME``, or ``~/.mmhub``."""
    return Path(os.environ.get("MMHUB_HOME") or Path.home() / ".mmhub")


@dataclass(frozen=True)
class Store:
    """The places in a store. Nothing half-written is ever visible in one: `placed` sees to it."""

    root: Path

    @classmethod
    def at(cls, root: Path | str | None = None) -> "Store":
        """Return the store in ``root``, or where stores are by default; nothing is made or opened."""
        return cls(Path(root or default_root()).expanduser().absolute())

    def made(self) -> "Store":
        """Return this store with its folders made; raise StoreError if it cannot be written."""
        try:
            for folder in self._folders:
                folder.mkdir(parents=True, exist_ok=True)
            if not os.access(self.root, os.W_OK | os.X_OK):
                raise PermissionError(13, "Permission denied", str(self.root))
        except OSError as error:
            raise StoreError(
                f"the store {str(self.root)!r} cannot be written ({error.strerror}): "
                "name another folder with `--store DIR` or MMHUB_HOME"
            ) from error
        return self

    def is_whole(self) -> bool:
        """Return whether all folders are there that `made` makes."""
        return all(folder.is_dir() for folder in self._folders)

    @property
    def facts(self) -> Path:
        """Facts, a folder of blocks for each operator key."""
        return self.root / "facts"

    @property
    def media(self) -> Path:
        """Blocks of media, keyed by the sha256 of their bytes."""
        return self.root / "media"

    @property
    def objects(self) -> Path:
        """Files of versions, each named by its sha256 and shared between versions."""
        return self.root / "objects"

    @property
    def versions(self) -> Path:
        """Manifests: ``<name>/<version>.json``."""
        return self.root / "versions"

    @property
    def refs(self) -> Path:
        """The newest version of each dataset."""
        return self.root / "refs"

    @property
    def tags(self) -> Path:
        """Names of versions: ``<name>/<tag>``, each with a number."""
        return self.root / "tags"

    @property
    def tombstones(self) -> Path:
        """What was revoked from each dataset, and stays out of it."""
        return self.root / "tombstones"

    @property
    def sources(self) -> Path:
        """What sources were when they were last read, and the files of generated ones."""
        return self.root / "sources"

    @property
    def downloads(self) -> Path:
        """What was downloaded from URLs, by its sha256, and what is known of each URL."""
        return self.root / "downloads"

    @property
    def indexes(self) -> Path:
        """Indexes of vectors, a folder for each set of files of columns."""
        return self.root / "indexes"

    @property
    def runs(self) -> Path:
        """What the processes of a build under way share."""
        return self.root / "runs"

    @property
    def locks(self) -> Path:
        """Who is building what."""
        return self.root / "locks"

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        """Hold the dataset ``name`` for one build; raise StoreError, with who holds it, where another does.

        The first build after others were killed removes what they left half-written.
        """
        with self._locked(_ALL) as whole, self._locked(name) as file:
            if not _try_lock(file, fcntl.LOCK_EX):
                raise StoreError(f"{name!r} is being built by {_holder(file)}: wait until it ends, or end it")
            _sign(file)
            if _try_lock(whole, fcntl.LOCK_EX):
                remove(self.leftovers())
            _share(whole)
            yield

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep who cleans the store out of it, and nobody else."""
        with self._locked(_ALL) as whole:
            _share(whole)
            yield

    @contextmanager
    def held_alone(self) -> Iterator[None]:
        """Hold the whole store, so that nothing is built in it; raise StoreError where something is."""
        with self._locked(_ALL) as whole:
            if not _try_lock(whole, fcntl.LOCK_EX):
                raise StoreError(f"the store {str(self.root)!r} is in use: wait until what is building in it ends")
            _sign(whole)
            yield

    def leftovers(self) -> list[Path]:
        """Return the files and folders that processes which were killed have left half-written."""
        drafts = [path for pattern in _DRAFTS for path in self.root.glob(pattern)]
        maps = [*self.facts.glob(".*.arrow"), *self.facts.glob("tmp*")]
        return sorted({*drafts, *maps, *self.runs.glob("*")})

    @property
    def _folders(self) -> tuple[Path, ...]:
        return (self.facts, self.media, self.objects, self.versions, self.refs, self.sources, self.locks)

    @contextmanager
    def _locked(self, name: str) -> Iterator[IO[str]]:
        with (self.locks / name).open("a+") as file:
            yield file


def remove(paths: Iterable[Path]) -> None:
    """Remove files and folders, those that are gone already among them."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _try_lock(file: IO[str], how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _share(file: IO[str]) -> None:
    """Take a lock that others may take too, once who has it alone, for a moment or to clean up, has given it back."""
    for _ in range(_PATIENCE):
        if _try_lock(file, fcntl.LOCK_SH):
            return
        time.sleep(_POLL_SECONDS)
    raise StoreError(f"the store is being cleaned by {_holder(file)}: wait until that ends")


def _holder(file: IO[str]) -> str:
    file.seek(0)
    return file.read().strip() or "another process"


def _sign(file: IO[str]) -> None:
    file.truncate(0)
    file.write(f"process {os.getpid()}\n")
    file.flush()


@contextmanager
def placed(path: Path) -> Iterator[Path]:
    """Give a name to write to; when the block ends well, what is there is on the disk under ``path``.

    Raises StoreError where the disk is full or the folder cannot be written; nothing is left behind then.
    """
    draft = path.with_name(f".{uuid4().hex}.tmp")
    try:
        yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise StoreError(f"{str(path.parent)!r} cannot be written: {error.strerror or error}") from error
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def placed_folder(path: Path) -> Iterator[Path]:
    """Give a new folder to fill; when the block ends well, it has become ``path``."""
    draft = path.with_name(f".{uuid4().hex}.tmp")
    try:
        draft.mkdir(parents=True)
        yield draft
        draft.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise StoreError(f"{str(path)!r} cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def write_text(path: Path, text: str) -> None:
    """Put ``text`` into the file ``path``, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with placed(path) as draft, draft.open("w", encoding="utf-8") as file:
        file.write(text)


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
