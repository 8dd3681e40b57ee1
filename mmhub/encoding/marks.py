"""Which values an encoder is at, in a file that outlives the process: were it to end there, the next one would know."""

import fcntl
import mmap
import os
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import uuid4

_HEAD = struct.Struct("=qq")
"""How many values are in the forward pass, and whether it holds one that is tried alone."""
_KEY_BYTES = 32
_PREPARED = 8
"""How many values may be prepared at once: more than there are threads to do so."""
_NONE = bytes(_KEY_BYTES)
_SUFFIX = ".mark"


class Mark:
    """What one process is at with one encoder; the file is locked as long as the process lives.

    It is memory that the system keeps when the process ends, however it ends, and never waits for a disk. The keys
    are written before their number, so that the file is good at any moment. (`mmhub.workers.mark` says of a worker
    which one value it is at, to a pool that outlives it, and nothing of it is kept.)
    """

    def __init__(self, folder: Path, batch_size: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{uuid4().hex}{_SUFFIX}"
        draft = folder / f".{self.path.stem}.tmp"
        self._free = [_HEAD.size + place * _KEY_BYTES for place in range(_PREPARED)]
        with ExitStack() as opened:
            opened.callback(draft.unlink, missing_ok=True)
            file = opened.enter_context(draft.open("w+b"))
            fcntl.flock(file, fcntl.LOCK_EX)
            # Written out, as a full disk would otherwise be noticed amid the memory, which ends the process.
            file.write(bytes(_HEAD.size + (_PREPARED + batch_size) * _KEY_BYTES))
            file.flush()
            self._memory = opened.enter_context(_shared(file))
            draft.rename(self.path)
            self._opened = opened.pop_all()

    @contextmanager
    def preparing(self, key: bytes) -> Iterator[None]:
        """Note that a value is prepared, in whatever thread, for as long as that takes."""
        place = self._free.pop()
        self._memory[place : place + _KEY_BYTES] = key
        try:
            yield
        finally:
            self._memory[place : place + _KEY_BYTES] = _NONE
            self._free.append(place)

    @contextmanager
    def passing(self, keys: Sequence[bytes], *, alone: bool = False) -> Iterator[None]:
        """Note that values are in a forward pass, for as long as that takes."""
        start = _HEAD.size + _PREPARED * _KEY_BYTES
        self._memory[start : start + len(keys) * _KEY_BYTES] = b"".join(keys)
        self._memory[: _HEAD.size] = _HEAD.pack(len(keys), alone)
        try:
            yield
        finally:
            self._memory[: _HEAD.size] = _HEAD.pack(0, False)

    def close(self) -> None:
        """Remove the mark: the encoder is done."""
        self.path.unlink(missing_ok=True)
        self._opened.close()


def _shared(file: IO[bytes]) -> mmap.mmap:
    """Return the memory of a file; where its file system shares none, memory that ends with this process."""
    try:
        return mmap.mmap(file.fileno(), 0)
    except OSError:
        return mmap.mmap(-1, os.fstat(file.fileno()).st_size)


@dataclass(frozen=True)
class Left:
    """What a process that is no more was at: values in a forward pass, ``alone`` or not, and others being prepared."""

    path: Path
    passing: frozenset[bytes]
    preparing: frozenset[bytes]
    alone: bool

    @property
    def keys(self) -> frozenset[bytes]:
        """All values it was at."""
        return self.passing | self.preparing


def marks_in(facts: Path) -> list[Path]:
    """Return the marks in the folders of all encoders."""
    return sorted(facts.glob(f"*/*{_SUFFIX}"))


def left_behind(folder: Path) -> list[Left]:
    """Return what processes were at that have ended at some value; marks of those that ended elsewhere are removed."""
    found = [left for path in sorted(folder.glob(f"*{_SUFFIX}")) for left in _read(path)]
    for left in found:
        if not left.keys:
            left.path.unlink(missing_ok=True)
    return [left for left in found if left.keys]


def _read(path: Path) -> Iterable[Left]:
    """Yield what a mark says, unless its process lives, or another has removed it."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            written = os.read(file.fileno(), os.fstat(file.fileno()).st_size)
    except (BlockingIOError, FileNotFoundError):
        return
    # Where the machine has ended with the process, the file may be empty.
    count, alone = _HEAD.unpack(written[: _HEAD.size].ljust(_HEAD.size, b"\0"))
    keys = [written[at : at + _KEY_BYTES] for at in range(_HEAD.size, len(written), _KEY_BYTES)]
    preparing = frozenset(keys[:_PREPARED]) - {_NONE}
    yield Left(path, frozenset(keys[_PREPARED : _PREPARED + count]), preparing, bool(alone))
