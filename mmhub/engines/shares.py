"""Who does which work unit: one process all of them, or several each those they claim."""

import fcntl
import io
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa

from mmhub.blocks import read_table
from mmhub.errors import StoreError
from mmhub.store import placed, write_text

_POLL_SECONDS = 0.1


class Share(Protocol):
    """The work units of one process."""

    def take(self) -> Iterator[np.ndarray]:
        """Yield the units of one work unit after another, int64, until none is left."""

    def done(self, rows: np.ndarray, *, decoded: int, encoded: int) -> None:
        """Hear that the facts of a work unit are in the store, and how many values it took."""


@dataclass(frozen=True)
class Whole:
    """All work units, in order."""

    rows: np.ndarray
    size: int

    def take(self) -> Iterator[np.ndarray]:
        """Yield runs of ``size`` units."""
        for start in range(0, len(self.rows), self.size):
            yield self.rows[start : start + self.size]

    def done(self, rows: np.ndarray, *, decoded: int, encoded: int) -> None:
        """Note nothing: the facts themselves say that they are there."""


@dataclass
class Claimed:
    """The work units this process claims in a folder it shares with others.

    A claim is a lock on a file, which ends with the process that holds it: what a process leaves undone is claimed
    by another. The plan is written by rank 0, and read by all.
    """

    folder: Path
    size: int
    _held: dict[int, tuple[int, io.BufferedRandom]] = field(default_factory=dict)

    def publish(self, rows: np.ndarray) -> None:
        """Write down the units to be measured, for all processes of this run."""
        self.folder.mkdir(parents=True, exist_ok=True)
        table = pa.table({"unit": rows})
        with (
            placed(self._plan) as draft,
            pa.OSFile(str(draft), "wb") as sink,
            pa.ipc.new_stream(sink, table.schema) as out,
        ):
            out.write_table(table)

    def await_plan(self, *, seconds: float) -> np.ndarray:
        """Return the units to be measured, once rank 0 has written them; raise StoreError where it does not."""
        deadline = time.monotonic() + seconds
        while not self._plan.exists():
            if time.monotonic() > deadline:
                raise StoreError(
                    f"rank 0 has written no plan into {str(self.folder)!r} for {seconds:g} s: is its store this one?"
                )
            time.sleep(_POLL_SECONDS)
        return np.asarray(read_table(self._plan)["unit"])

    def take(self) -> Iterator[np.ndarray]:
        """Yield the units of one unclaimed work unit after another."""
        rows = np.asarray(read_table(self._plan)["unit"])
        for number in range(-(-len(rows) // self.size)):
            part = rows[number * self.size : (number + 1) * self.size]
            if self._claim(number, part):
                yield part

    def done(self, rows: np.ndarray, *, decoded: int, encoded: int) -> None:
        """Mark a work unit as done, and give up the claim on it."""
        number, file = self._held.pop(int(rows[0]))
        write_text(self._mark(number), json.dumps({"decoded": decoded, "encoded": encoded}))
        file.close()

    def release(self) -> None:
        """Give up the claims on what this process has not done."""
        for _, file in self._held.values():
            file.close()
        self._held.clear()

    def totals(self) -> dict[str, int]:
        """Return how many values all processes together have decoded and encoded."""
        marks = [json.loads(mark.read_text()) for mark in self.folder.glob("*.done")]
        return {name: sum(mark[name] for mark in marks) for name in ("decoded", "encoded")}

    def close(self) -> None:
        """Remove the folder: all is done."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def open_claims(self) -> int:
        """Return how many work units are neither done nor held by this process."""
        count = -(-len(np.asarray(read_table(self._plan)["unit"])) // self.size)
        return sum(not self._mark(number).exists() for number in range(count)) - len(self._held)

    @property
    def _plan(self) -> Path:
        return self.folder / "plan.arrow"

    def _mark(self, number: int) -> Path:
        return self.folder / f"{number}.done"

    def _claim(self, number: int, rows: np.ndarray) -> bool:
        if self._mark(number).exists():
            return False
        file = (self.folder / f"{number}.claim").open("a+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        if self._mark(number).exists():
            file.close()
            return False
        self._held[int(rows[0])] = (number, file)
        return True
