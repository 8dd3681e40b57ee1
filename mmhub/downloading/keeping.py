"""Files that were downloaded, as the store keeps them: large ones each in a file, small ones many in one."""

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from uuid import uuid4

from mmhub.errors import StoreError
from mmhub.operators import Media
from mmhub.store import Store, sync_folder

if TYPE_CHECKING:
    from mmhub.downloading.receiving import Received

_PACK = ".pack"
_BUFFER_BYTES = 1 << 20


def files_of(store: Store) -> Path:
    """Return the folder of files that were downloaded."""
    return store.downloads / "files"


def held(store: Store, file: str, offset: int, size: int) -> Media:
    """Return what lies in a file of the store that was downloaded: the whole of it, or a part."""
    path = str(files_of(store) / file)
    return Media(path=path, offset=offset, length=size) if file.endswith(_PACK) else Media(path=path)


class Keeper:
    """Takes in what comes, from several threads; what was taken in is there for good once it is sealed.

    A file for each of millions of small pictures would cost more than the pictures.
    """

    def __init__(self, store: Store) -> None:
        self._folder = files_of(store)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._open: BinaryIO | None = None
        self._name = ""
        self._size = 0

    def keep(self, body: "Received") -> tuple[str, int]:
        """Return in which file a body is kept, and from which byte on; raise StoreError where there is no room."""
        try:
            if isinstance(body.place, bytes):
                return self._packed(body.place)
            with body.place.open("rb") as file:
                os.fsync(file.fileno())
            body.place.replace(self._folder / body.sha256.hex())
            return body.sha256.hex(), 0
        except OSError as error:
            raise StoreError(f"{str(self._folder)!r} cannot be written: {error.strerror or error}") from error

    def _packed(self, data: bytes) -> tuple[str, int]:
        with self._lock:
            if self._open is None:
                self._name, self._size = f"{uuid4().hex}{_PACK}", 0
                self._open = self._draft.open("wb", buffering=_BUFFER_BYTES)
            self._open.write(data)
            self._size += len(data)
            return self._name, self._size - len(data)

    @property
    def _draft(self) -> Path:
        return self._folder / f".{self._name}.tmp"

    def seal(self) -> None:
        """Put what was taken in to its place; raise StoreError where there is no room."""
        with self._lock:
            if self._open is None:
                return
            done, self._open = self._open, None
            try:
                with done:
                    done.flush()
                    os.fsync(done.fileno())
                self._draft.replace(self._folder / self._name)
                sync_folder(self._folder)
            except OSError as error:
                raise StoreError(f"{str(self._folder)!r} cannot be written: {error.strerror or error}") from error
