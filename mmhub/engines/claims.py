"""A claim on a work unit: a locked file, which names its holder, and is touched as long as the holder gets on."""

import atexit
import fcntl
import io
import json
import os
import signal
import socket
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Holder:
    """The process that holds a claim."""

    rank: int
    process: int = field(default_factory=os.getpid)
    host: str = field(default_factory=socket.gethostname)

    def __str__(self) -> str:
        return f"rank {self.rank} (process {self.process} on {self.host})"


class Claim:
    """A claim that is held. It ends when it is given up, and with the process that holds it, however that ends."""

    def __init__(self, number: int, file: io.BufferedRandom) -> None:
        self.number, self._file = number, file

    @classmethod
    def taken(cls, number: int, path: Path, holder: Holder) -> "Claim | None":
        """Return a new claim, or None where another process holds it, or there is no such folder any more."""
        try:
            file = path.open("a+b")
        except FileNotFoundError:
            return None
        if not _locked(file):
            file.close()
            return None
        file.truncate(0)
        file.write(json.dumps(asdict(holder)).encode())
        file.flush()
        return cls(number, file)

    def touch(self) -> None:
        """Give a sign of life."""
        os.utime(self._file.fileno())

    def give_up(self) -> None:
        """Leave the work unit to others."""
        self._file.close()


class Watch:
    """What one process sees of the claims of others: how long each has gone without a sign of life.

    Only whether a file has changed counts, not when: the clocks of two machines may differ.
    """

    def __init__(self) -> None:
        self._seen: dict[Path, tuple[tuple[int, int], float]] = {}

    def broken(self, path: Path, *, seconds: float) -> Holder | None:
        """Return who held a claim without a sign of life for so long, and end that claim; None where it stands.

        A holder on this machine is killed when this process has come to its end, if it has not gone on by then:
        whoever started both would wait for it for ever.
        """
        try:
            state = path.stat()
        except FileNotFoundError:
            return None
        now = time.monotonic()
        sign, since = self._seen.get(path, (None, now))
        if sign != (state.st_ino, state.st_mtime_ns):
            since = now
        self._seen[path] = ((state.st_ino, state.st_mtime_ns), since)
        return _break(path) if now - since >= seconds else None


def _break(path: Path) -> Holder | None:
    file = path.open("a+b")
    if _locked(file):
        file.close()
        return None
    file.seek(0)
    holder = Holder(**json.loads(file.read()))
    path.unlink()
    if holder.host == socket.gethostname():
        atexit.register(_end, holder, file)
    return holder


def _end(holder: Holder, file: io.BufferedRandom) -> None:
    """Kill the holder of a broken claim, unless it has given it up since."""
    if not _locked(file):
        # Who has started both would end this process as well, which has done all and is about to end.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        with suppress(ProcessLookupError, PermissionError):
            os.kill(holder.process, signal.SIGKILL)
    file.close()


def _locked(file: io.BufferedRandom) -> bool:
    """Lock a file, and return whether that could be done: not where another process has locked it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
