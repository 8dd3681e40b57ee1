"""The work units that one of several processes claims, in a folder that they share."""

import json
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from mmhub.blocks import read_table
from mmhub.engines.claims import Claim, Holder, Watch
from mmhub.errors import StoreError
from mmhub.measuring.pace import Tally
from mmhub.store import placed, write_text

_POLL_SECONDS = 0.1
_SIGN_SECONDS = 0.5


@dataclass
class Claimed:
    """The work units this process claims in a folder it shares with others.

    What a process leaves undone when it ends is claimed by another, and so is what it holds without a sign of life.
    The plan is written by rank 0, and read by all.
    """

    folder: Path
    size: int
    rank: int = 0
    ranks: int = 1
    _held: dict[int, Claim] = field(default_factory=dict)
    _watch: Watch = field(default_factory=Watch)
    _sign: threading.Lock = field(default_factory=threading.Lock)
    _counted: set[str] = field(default_factory=set)
    _others: Tally = field(default_factory=Tally)
    _signed: float = 0.0

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
        self._seen(self.rank).touch()
        return self._planned()

    def take(self) -> Iterator[np.ndarray]:
        """Yield the units of one unclaimed work unit after another."""
        rows = self._planned()
        for number in range(-(-len(rows) // self.size)):
            part = rows[number * self.size : (number + 1) * self.size]
            if self._claim(number, part):
                yield part

    def done(self, rows: np.ndarray, did: Tally) -> None:
        """Mark a work unit as done, with what was done for it, and give up the claim on it."""
        with self._sign:
            claim = self._held.pop(int(rows[0]))
        self._counted.add(self._mark(claim.number).name)
        if self._plan.exists():  # others may have taken this process for dead, and come to the end without it
            write_text(self._mark(claim.number), json.dumps(vars(did)))
        claim.give_up()

    def heard(self) -> None:
        """Touch the claims of this process, now and then."""
        with self._sign:
            if time.monotonic() - self._signed >= _SIGN_SECONDS:
                self._signed = time.monotonic()
                for claim in self._held.values():
                    claim.touch()

    def release(self) -> None:
        """Give up the claims on what this process has not done."""
        with self._sign:
            for claim in self._held.values():
                claim.give_up()
            self._held.clear()

    def take_over(self, *, seconds: float) -> list[Holder]:
        """End the claims of others that were without a sign of life for so long; return who held them."""
        own = {claim.number for claim in self._held.values()}
        others = [number for number in range(self._count()) if number not in own and not self._mark(number).exists()]
        found = (self._watch.broken(self._claim_file(number), seconds=seconds) for number in others)
        return list(dict.fromkeys(holder for holder in found if holder))

    def others(self) -> Tally:
        """Return what other processes have done so far; each mark of theirs is read once."""
        for mark in self.folder.glob("*.done"):
            if mark.name not in self._counted:
                self._counted.add(mark.name)
                did = json.loads(mark.read_text())
                self._others += Tally(**{**did, "losses": Counter(did["losses"])})
        return self._others

    def close(self) -> None:
        """Remove the folder: all is done. For a process that has not come yet an empty plan is left."""
        if self._all_came():
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            self.publish(np.zeros(0, dtype=np.int64))

    def leave(self) -> None:
        """Remove the folder where this process was the last to come, and too late."""
        if not len(self._planned()) and self._all_came():
            shutil.rmtree(self.folder, ignore_errors=True)

    def open_claims(self) -> int:
        """Return how many work units are neither done nor held by this process."""
        return sum(not self._mark(number).exists() for number in range(self._count())) - len(self._held)

    def _planned(self) -> np.ndarray:
        """Return the units to be measured: none where the others have come to the end, and removed the plan."""
        try:
            return np.asarray(read_table(self._plan)["unit"])
        except StoreError:
            if self._plan.exists():
                raise
            return np.zeros(0, dtype=np.int64)

    def _count(self) -> int:
        return -(-len(self._planned()) // self.size)

    def _all_came(self) -> bool:
        return all(self._seen(rank).exists() for rank in range(1, self.ranks))

    def _seen(self, rank: int) -> Path:
        return self.folder / f"{rank}.seen"

    @property
    def _plan(self) -> Path:
        return self.folder / "plan.arrow"

    def _mark(self, number: int) -> Path:
        return self.folder / f"{number}.done"

    def _claim(self, number: int, rows: np.ndarray) -> bool:
        if self._mark(number).exists():
            return False
        claim = Claim.taken(number, self._claim_file(number), Holder(self.rank))
        if claim is None:
            return False
        if self._mark(number).exists():
            claim.give_up()
            return False
        with self._sign:
            self._held[int(rows[0])] = claim
        return True

    def _claim_file(self, number: int) -> Path:
        return self.folder / f"{number}.claim"
