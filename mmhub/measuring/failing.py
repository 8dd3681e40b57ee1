"""Steps that fail on whatever they are given: then it is not the values that are broken."""

from collections import Counter
from typing import Any

import numpy as np

from mmhub.binding.bound import Bound
from mmhub.errors import PluginError
from mmhub.facts import Facts
from mmhub.faults import Fault

_ALL_FAILED = 100
"""How many values a step may fail on before anything has come of one."""
_OWN = {"operator-error", "out-of-memory"}
"""The reasons that may be the step's own."""


class Failing:
    """Counts, by step, the values it has failed on, until one is known of which it has found anything out."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._failures: Counter[str] = Counter()
        self._worked: set[str] = set()

    def note(self, bound: Bound, found: Any) -> None:
        """Note what a step has made of a value; raise PluginError where it has only ever failed, and often."""
        if bound.name in self._worked:
            return
        if not isinstance(found, Fault):
            self._worked.add(bound.name)
        elif found.reason in _OWN and found.message.startswith(f"{bound.step}: "):
            self._failures[bound.name] += 1
            if self._failures[bound.name] >= _ALL_FAILED:
                self._judge(bound, found)

    def _judge(self, bound: Bound, fault: Fault) -> None:
        known = self._facts[bound.name]
        if np.any(~known.absent & ~known.faulty):
            self._worked.add(bound.name)
            return
        raise PluginError(
            f"{bound.step} failed on each of the first {self._failures[bound.name]} values, the last time with "
            f"{fault.message.removeprefix(f'{bound.step}: ')}: it is the step that is broken, not the values; "
            "mend it, or leave it out of the recipe"
        )
