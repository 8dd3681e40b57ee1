"""The work units that one of several processes claims, in a folder that they share."""

import json
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mmhub.engines.claims import Claim, Holder, Watch
from mmhub.engines.planned import Planned
from mmhub.errors import StoreError
from mmhub.measuring.pace import Tally
from mmhub.store import write_text

_POLL_SECONDS = 0.1
_SIGN_SECONDS = 0.5


@dataclass
class Claimed:
    """The work units this process claims in a folder it shares with others.

    What a process leaves undone when it ends is claimed by another, and so is what it holds without a sign of life.
    The plan is written by rank 0, and read by all.
    """

    folder: Path
    rank: int = 0
    ranks: int = 1
    _held: dict[int, Claim] = field(default_factory=dict)
    _watch: Watch = field(default_factory=Watch)
    _sign: threading.Lock = field(default_factory=threading.Lock)
    _counted: set[str] = field(default_factory=set)
    _others: Tally = field(default_factory=Tally)
    _signed: float = 0.0

    def publish(self, planned: Planned) -> None:
        """Write down what is to be measured, for all processes of this run."""
        self.folder.mkdir(parents=True, exist_ok=True)
        planned.write(self._plan)

    def await_plan(self, waiting: Callable[[float], None]) -> Planned:
        """Return what is to be measured, once rank 0 has written it; ``waiting`` hears for how many seconds it has not.

        What that raises ends the wait.
        """
        start = time.monotonic()
        while not self._plan.exists():
            waiting(time.monotonic() - start)
            time.sleep(_POLL_SECONDS)
        with suppress(FileNotFoundError):  # the others may have come to the end just now
            self._seen(self.rank).touch()
        return self._planned()

    def take(self) -> Iterator[np.ndarray]:
        """Yield the units of one unclaimed work unit after another."""
        planned = self._planned()
        for number in range(len(planned)):
            part = planned.part(number)
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
        every = range(len(self._planned()))
        others = [number for number in every if number not in own and not self._mark(number).exists()]
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

    def excuse(self, why: str) -> None:
        """Leave word why this process does no more, for the first one to tell."""
        if self._plan.exists():
            write_text(self.folder / f"{self.rank}.excuse", why)

    def excuses(self) -> list[str]:
        """Return why others do no more; each is told once."""
        words = [word for word in sorted(self.folder.glob("*.excuse")) if word.name not in self._counted]
        self._counted.update(word.name for word in words)
        return [word.read_text() for word in words]

    def close(self) -> None:
        """Remove the folder: all is done. For a process that has not come yet an empty plan is left."""
        if self._all_came():
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            self.publish(Planned(np.zeros(0, dtype=np.int64)))

    def leave(self) -> None:
        """Remove the folder where this process was the last to come, and too late."""
        if not len(self._planned()) and self._all_came():
            shutil.rmtree(self.folder, ignore_errors=True)

    def open_claims(self) -> int:
        """Return how many work units are neither done nor held by this process."""
        return sum(not self._mark(number).exists() for number in range(len(self._planned()))) - len(self._held)

    def _planned(self) -> Planned:
        """Return what is to be measured: nothing where the others have come to the end, and removed the plan."""
        try:
            return Planned.read(self._plan)
        except StoreError:
            if self._plan.exists():
                raise
            return Planned(np.zeros(0, dtype=np.int64))

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
