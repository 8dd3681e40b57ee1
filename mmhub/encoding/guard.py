"""Values at which builds have ended: tried alone by the next build, and given up where it ends at one of them twice."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import numpy as np

from mmhub.blocks import ABSENT, Blocks
from mmhub.encoding.lasting import Lasting
from mmhub.encoding.marks import Left, Mark, left_behind
from mmhub.faults import Fault

_LOG = logging.getLogger(__name__)
_STRIKES = 2
"""How often builds end at a value alone before it is given up: one may have been killed for another reason."""


class Unguarded:
    """No guard: an end costs nothing that was done before."""

    suspects_all = False
    """Whether every value is suspected."""

    def suspects(self, key: bytes) -> bool:
        """Suspect no value."""
        return False

    def strikes(self, key: bytes) -> int:
        """Hold nothing against a value."""
        return 0

    def given_up(self, key: bytes) -> Fault | None:
        """Give up no value."""
        return None

    def suspect_all(self) -> None:
        """Suspect no value all the same."""

    def preparing(self, key: bytes) -> AbstractContextManager[None]:
        """Note nothing."""
        return nullcontext()

    def passing(self, keys: Sequence[bytes], *, alone: bool = False) -> AbstractContextManager[None]:
        """Note nothing."""
        return nullcontext()

    def awaiting(self) -> AbstractContextManager[None]:
        """Note nothing."""
        return nullcontext()


class Guard(Unguarded):
    """What one process does with one encoder, written down as it does it, and what ended processes before.

    ``folder`` holds the facts of the encoder's values, and the marks of all processes that are at some.
    """

    def __init__(self, step: str, folder: Path, batch_size: int) -> None:
        self._step, self._folder, self._size = step, folder, batch_size
        self._said = False
        self._mark, self._lasting = Mark(folder, batch_size), Lasting(step)
        self.look()

    def look(self) -> None:
        """Look for what processes were at that have ended: others may share this build."""
        self._left = left_behind(self._folder)
        self._strikes = struck(self._left)

    def suspects(self, key: bytes) -> bool:
        """Whether a build has ended at a value, so that it is tried alone; that is said once."""
        if key in self._strikes:
            self._say_once()
            return True
        return self.suspects_all

    def strikes(self, key: bytes) -> int:
        """Return how often builds have ended at a value alone."""
        return self._strikes.get(key, 0)

    def given_up(self, key: bytes) -> Fault | None:
        """Return why a value is not tried again, or None where it is."""
        if self.strikes(key) < _STRIKES:
            return None
        return Fault(
            "crashed",
            f"{self._step}: the build itself ended at this value, {self._strikes[key]} times while it was tried alone",
        )

    def suspect_all(self) -> None:
        """Suspect every value from now on: the encoder is one that ends processes."""
        if not self.suspects_all:
            _LOG.warning("%s has ended a process of its own: all that is left is encoded in such a one", self._step)
        self.suspects_all = True

    def preparing(self, key: bytes) -> AbstractContextManager[None]:
        """Note that a value is prepared, for as long as that takes."""
        return self._mark.preparing(key)

    @contextmanager
    def passing(self, keys: Sequence[bytes], *, alone: bool = False) -> Iterator[None]:
        """Note that values are in a forward pass, for as long as that takes; where it takes long, that is said."""
        with self._mark.passing(keys, alone=alone), self._lasting.at(len(keys)):
            yield

    def awaiting(self) -> AbstractContextManager[None]:
        """Note that a value is waited for that is being prepared; where that takes long, it is said."""
        return self._lasting.at(1)

    def close(self) -> None:
        """Remove the mark of this process, and those of others about values that have come to something since."""
        self._lasting.close()
        self._mark.close()
        known = Blocks(self._folder)
        for left in self._left:
            keys = np.frombuffer(b"".join(sorted(left.keys)), dtype=np.uint8).reshape(-1, 32)
            if (known.positions(keys) != ABSENT).all():
                left.path.unlink(missing_ok=True)

    def _say_once(self) -> None:
        """Tell that values are tried alone, and why."""
        if self._said:
            return
        self._said = True
        _LOG.warning(
            "an earlier build ended while %s was at %s: %s tried now in a process of its own, and quarantined where "
            "it ends that twice, alone. Should this build end as well, the same command goes on. If memory is short, "
            "take fewer values at once with `--set %s.batch_size=N` (now %d)",
            self._step,
            f"{len(self._strikes)} values" if len(self._strikes) > 1 else "one value",
            "each of them is" if len(self._strikes) > 1 else "it is",
            self._step,
            self._size,
        )


def struck(left: Sequence[Left]) -> Mapping[bytes, int]:
    """Return the values to be tried alone, each with how often a build has ended at it alone.

    An end at several values is explained by a later one at one of them alone: the others are innocent.
    """
    found = Counter(key for each in left if each.alone for key in each.passing)
    for each in left:
        if each.alone or not each.keys & found.keys():
            found.update(dict.fromkeys(each.preparing if each.alone else each.keys, 0))
    return found
