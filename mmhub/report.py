"""What a build came to, in numbers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from mmhub.decide.fates import Fates
from mmhub.operators import Planted
from mmhub.units import Units


@dataclass(frozen=True)
class Report:
    """The outcome of a build. ``rows`` counts units: read is the sum of kept, dropped and quarantined.

    ``seconds`` has the whole and its stages; ``starting`` is the part of ``measure`` in which worker processes
    imported what they need.
    """

    name: str
    version: str
    identity: str
    rows: dict[str, int]
    dropped: dict[str, int]
    quarantined: dict[str, int]
    repaired: dict[str, int]
    decoded: int
    encoded: int
    seconds: dict[str, float]
    store: str
    unchanged: bool
    notes: list[str] = field(default_factory=list)
    planted: dict[str, dict[str, int]] | None = None
    clean: int | None = None
    lost_clean: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data, without what does not apply."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def counts(fates: Fates, repairs: Iterable[tuple[str, np.ndarray]], *, segmented: int) -> dict[str, Any]:
    """Return how many units there are of each fate, reason and repair."""
    numbers = np.bincount(fates.codes, minlength=len(fates.verdicts))
    by: dict[str, Counter[str]] = {"kept": Counter(), "dropped": Counter(), "quarantined": Counter()}
    for verdict, number in zip(fates.verdicts, numbers.tolist(), strict=True):
        by[verdict.fate][verdict.reason] += number
    changed = {step: len(units) for step, units in repairs if len(units)}
    touched = np.unique(np.concatenate([np.zeros(0, np.int64), *(units for _, units in repairs)]))
    rows = {"read": len(fates.codes), **{fate: sum(reasons.values()) for fate, reasons in by.items()}}
    rows |= {"repaired": len(touched), "segmented": segmented}
    return {
        "rows": rows,
        "dropped": dict(by["dropped"].most_common()),
        "quarantined": dict(by["quarantined"].most_common()),
        "repaired": changed,
    }


def caught(
    planted: Sequence[Planted], units: Units, fates: Fates, repairs: Sequence[tuple[str, np.ndarray]]
) -> tuple[dict[str, dict[str, int]], int, int]:
    """Return, by defect, how many were planted and caught; how many units are clean; how many of those are lost.

    A defect is caught where its unit was dropped, quarantined or repaired for one of the reasons it names.
    """
    place = {row_id: n for n, row_id in enumerate(units.ids.to_pylist())}
    mended = {(step, unit) for step, some in repairs for unit in some.tolist()}
    found: dict[str, dict[str, int]] = {}
    dirty = set()
    for each in planted:
        unit = place.get(each.row_id)
        if unit is None:
            continue
        dirty.add(unit)
        verdict = fates.verdicts[fates.codes[unit]]
        hit = verdict.reason in each.caught_as or any((step, unit) in mended for step in each.caught_as)
        tally = found.setdefault(each.defect, {"planted": 0, "caught": 0})
        tally["planted"] += 1
        tally["caught"] += hit
    clean = [unit for unit in range(len(units)) if unit not in dirty]
    return found, len(clean), int((fates.codes[clean] != 0).sum())
