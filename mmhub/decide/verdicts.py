"""What a verdict on a unit is, and what those of all units rest on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
import pyarrow as pa

from mmhub.binding.bound import Bound
from mmhub.faults import Fault
from mmhub.operators import Rule

Fate = Literal["kept", "dropped", "quarantined"]


class Column(Protocol):
    """Gives facts of a step."""

    def __call__(self, bound: Bound, fact: str) -> tuple[pa.Array, np.ndarray]:
        """Return a fact: a value per subject, and the unit of each, int64."""

    def rows(self, bound: Bound) -> np.ndarray:
        """Return the unit of each subject, int64."""

    def faults(self, bound: Bound) -> Mapping[int, Fault]:
        """Return the units that an alignment of vectors failed on, and why."""

    def settle(self, standing: np.ndarray) -> None:
        """Take the units, bool[units], to which what depends on the whole dataset is fitted."""

    def impute(self) -> None:
        """From now on, make up facts of the settled units that lack them, where a step asks for it."""

    def some(self, bound: Bound, fact: str, subjects: np.ndarray) -> pa.Array:
        """Return a fact of ``subjects``, int64 places."""

    def holds(self, bound: Bound, fact: str, subjects: np.ndarray) -> np.ndarray:
        """Return of which of ``subjects``, int64 places, a fact is known, bool."""


@dataclass(frozen=True)
class Verdict:
    """A fate with its reason: the step, field and fact that decided, and the bounds the fact had to keep."""

    fate: Fate
    reason: str = ""
    step: str = ""
    field: str = ""
    fact: str = ""
    at_least: float | None = None
    at_most: float | None = None


@dataclass
class Fates:
    """The fate of every unit: ``codes`` int64[units] are places in ``verdicts``, of which the first is "kept".

    ``messages`` says, by unit, what a decoder found or which unit another one repeats. ``clusters`` has, by rule on
    duplicates, int64[units]: of a unit that repeats another, and of that other, the place of the other, or else -1.
    ``fitted`` has, by bound step and reason, relative rules with their bounds in units of the fact.
    """

    codes: np.ndarray
    verdicts: list[Verdict] = field(default_factory=lambda: [Verdict("kept")])
    messages: dict[int, str] = field(default_factory=dict)
    clusters: dict[str, np.ndarray] = field(default_factory=dict)
    fitted: dict[tuple[str, str], Rule] = field(default_factory=dict)

    @property
    def kept(self) -> np.ndarray:
        """The units that are kept, in order, as int64."""
        return np.flatnonzero(self.codes == 0)

    def give(self, units: np.ndarray, verdict: Verdict) -> np.ndarray:
        """Give a verdict to those of ``units`` (int64 places) that have none yet, and return which these are."""
        new = np.unique(units[self.codes[units] == 0])
        if len(new):
            if verdict not in self.verdicts:
                self.verdicts.append(verdict)
            self.codes[new] = self.verdicts.index(verdict)
        return np.asarray(new)

    def explain(self, units: np.ndarray, messages: Sequence[str], given: np.ndarray) -> None:
        """Note a message for each of ``units`` that is among those just ``given`` a verdict."""
        chosen = set(given.tolist())
        for unit, message in zip(units.tolist(), messages, strict=True):
            if unit in chosen:
                self.messages.setdefault(unit, message)
