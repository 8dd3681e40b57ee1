"""Which rows are looked at: by fate, reason, split and cluster, in an order that tells something."""

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from mmhub.pages.numbers import per_unit
from mmhub.pages.opened import Opened


@dataclass(frozen=True)
class Where:
    """What rows are asked for; an empty text asks for nothing. ``cluster`` is the id of the row that others repeat."""

    fate: str = ""
    reason: str = ""
    split: str = ""
    cluster: str = ""


def chosen(opened: Opened, where: Where) -> np.ndarray:
    """Return the units that are meant, int64; those of one reason by how near they came to its threshold."""
    hit = np.ones(len(opened.units), bool)
    for coded, label in ((opened.fates, where.fate), (opened.reasons, where.reason), (opened.splits, where.split)):
        if label:
            hit &= coded.means(label)
    if where.cluster:
        hit &= _of_cluster(opened, where.cluster)
    found = np.flatnonzero(hit)
    return by_nearness(opened, found, where.reason) if where.reason else found


def by_nearness(opened: Opened, units: np.ndarray, reason: str) -> np.ndarray:
    """Return units of one reason in the order of how far the fact that decided is from its bound, the nearest first."""
    distance = np.full(len(units), np.inf)
    for verdict in opened.verdicts:
        bound = verdict["at_least"] if verdict["at_least"] is not None else verdict["at_most"]
        column = opened.column_of(verdict)
        if verdict["reason"] != reason or column is None or bound is None:
            continue
        values = per_unit(opened.units[column], len(opened.units))
        if values is not None:
            mine = opened.steps.means(verdict["step"])[units]
            distance[mine] = np.fmin(distance[mine], np.abs(values[units[mine]] - bound))
    return units[np.argsort(distance, kind="stable")]


def _of_cluster(opened: Opened, original: str) -> np.ndarray:
    hit = np.zeros(len(opened.units), bool)
    for name in opened.clusters:
        hit |= np.asarray(pc.fill_null(pc.equal(opened.units[name], original), False), dtype=bool)
    return hit
