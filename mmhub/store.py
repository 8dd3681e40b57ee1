"""The directory that holds media, facts and versions, and how files come to be in it."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from mmhub.errors import StoreError


def default_root() -> Path:
    """Return where the store is unless a command says otherwise: ``$MMHUB_HOME``, or ``~/.mmhub``."""
    return Path(os.environ.get("MMHUB_HOME") or Path.home() / ".mmhub")


@dataclass(frozen=True)
class Store:
    """The places in a store. Nothing half-written is ever visible in one: `placed` sees to it."""

    root: Path

    @classmethod
    def at(cls, root: Path | str | None = None) -> "Store":
        """Return the store in ``root``, made if it is not there; raise StoreError if it cannot be written."""
        store = cls(Path(root or default_root()).expanduser().absolute())
        try:
            for folder in (
                store.facts,
                store.media,
                store.objects,
                store.versions,
                store.refs,
                store.sources,
                store.locks,
            ):
                folder.mkdir(parents=True, exist_ok=True)
            if not os.access(store.root, os.W_OK | os.X_OK):
                raise PermissionError(13, "Permission denied", str(store.root))
        except OSError as error:
            raise StoreError(
                f"the store {str(store.root)!r} cannot be written ({error.strerror}): "
                "name another folder with `--store DIR` or MMHUB_HOME"
            ) from error
        return store

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
    def sources(self) -> Path:
        """What sources were when they were last read, and the files of generated ones."""
        return self.root / "sources"

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
        """Hold the dataset ``name`` for one build; raise StoreError, with who holds it, where another does."""
        with (self.locks / name).open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.seek(0)
                holder = file.read().strip() or "another process"
                raise StoreError(f"{name!r} is being built by {holder}: wait until it ends, or end it") from error
            file.truncate(0)
            file.write(f"process {os.getpid()}\n")
            file.flush()
            yield


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
