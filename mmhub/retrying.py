"""Quarantined rows tried again: what is known of their faults is forgotten, and the same build runs once more."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub import run
from mmhub.binding.bound import Bound
from mmhub.blocks import Blocks
from mmhub.downloading.downloaded import remote_items
from mmhub.downloading.records import Records
from mmhub.errors import RecipeError, StoreError, near
from mmhub.facts import REASON, blocks_of
from mmhub.loading import ledger_table
from mmhub.plugins import Offers
from mmhub.report import Report
from mmhub.request import Ready, Request, get_ready
from mmhub.store import Store
from mmhub.survey import Listener, Survey, survey
from mmhub.units import Items
from mmhub.version import find


@dataclass(frozen=True)
class Where:
    """Which quarantined rows are meant: those with a reason, a step, or both."""

    reason: str | None = None
    step: str | None = None

    @classmethod
    def parse(cls, conditions: list[str]) -> "Where":
        """Return conditions such as ``reason=timeout``; raise RecipeError for any other."""
        given = dict(each.partition("=")[::2] for each in conditions)
        if not given or not set(given) <= {"reason", "step"} or not all(given.values()):
            raise RecipeError(f"{' '.join(conditions)!r} says nothing of a row: try `reason=timeout` or `step=NAME`")
        return cls(**given)

    def means(self, reason: str, step: str) -> bool:
        """Whether rows are meant that ``step`` has quarantined for ``reason``."""
        return self.reason in (None, reason) and self.step in (None, step)

    def __str__(self) -> str:
        return " and ".join(f"{name} {value!r}" for name, value in vars(self).items() if value)


@dataclass(frozen=True)
class Retried:
    """What became of rows that were tried again."""

    report: Report
    rows: int
    recovered: int


def retry(
    request: Request, where: Where, *, offers: Offers | None = None, listener: Listener = lambda *_: None
) -> Retried:
    """Try the quarantined rows of a request again, and return how many are quarantined no longer.

    Raises StoreError where no row is meant, or something is being built in the store.
    """
    store = Store.at(request.store).made()
    ready = get_ready(request, offers=offers)
    with run.store_errors(store), store.held_alone():
        rows = _forgotten(ready, survey(ready, store, listener), store, where)
    report = run.build(request, offers=offers, listener=listener)
    ledger = ledger_table(find(store, f"{report.name}@{report.version}"), store)
    tried = ledger.filter(pc.is_in(ledger["row_id"], value_set=rows.cast(ledger["row_id"].type)))
    return Retried(report, len(rows), pc.sum(pc.not_equal(tried["fate"], "quarantined")).as_py() or 0)


@dataclass(frozen=True)
class _Faults:
    """The faults that a step has left: the row, key and reason of each, and the blocks they are known from."""

    step: str
    rows: np.ndarray
    keys: np.ndarray
    reasons: list[str]
    blocks: Blocks | None


def _forgotten(ready: Ready, found: Survey, store: Store, where: Where) -> pa.Array:
    """Remove the faults that are meant from the store, and return the ids of the rows they belong to."""
    meant, others = [np.empty(0, dtype=np.int64)], set()
    for faults in _faults(ready, found, store):
        chosen = np.array([where.means(reason, faults.step) for reason in faults.reasons], dtype=bool)
        if chosen.any():
            meant.append(faults.rows[chosen])
            if faults.blocks is not None:
                faults.blocks.without(faults.keys[chosen])
        others.update(faults.reasons)
    rows = np.unique(np.concatenate(meant))
    if not len(rows):
        held = f": its reasons are {', '.join(sorted(others))}" if others else ""
        hint = near(where.reason, others) if where.reason else ""
        raise StoreError(f"no row of {ready.recipe.name!r} is quarantined with {where}{held}{hint}")
    return found.units.ids.take(pa.array(rows))


def _of_downloads(items: Items, ready: Ready, store: Store) -> _Faults:
    """Return the faults of a field whose values could not be downloaded."""
    records = Records(store, ready.recipe.source.downloads)
    places = remote_items(items)
    lost = places[[int(item) in items.faults for item in places]]
    urls = items.paths.take(pa.array(lost)).to_pylist() if items.paths is not None else []
    reasons = [items.faults[item].reason for item in lost.tolist()]
    return _Faults("source", items.rows[lost], records.failure_keys(urls), reasons, records.blocks)


def _of_cutting(segment: Bound, found: Survey, store: Store) -> _Faults:
    """Return the faults of values that could not be cut."""
    items = found.units.items[segment.fields[0]]
    ids = found.units.ids.take(pa.array(items.rows)).to_pylist()
    lost = [item for item in sorted(items.faults) if ids[item] in found.cut_keys]
    keys = np.frombuffer(b"".join(found.cut_keys[ids[item]] for item in lost), dtype=np.uint8).reshape(-1, 32)
    return _Faults(
        "source", items.rows[lost], keys, [items.faults[item].reason for item in lost], blocks_of(segment, store)
    )


def _faults(ready: Ready, found: Survey, store: Store) -> Iterator[_Faults]:
    for items in found.units.items.values():
        lost = np.array(sorted(items.faults), dtype=np.int64)
        reasons = [items.faults[item].reason for item in lost.tolist()]
        yield _Faults("source", items.rows[lost], items.keys[lost], reasons, None)
        yield _of_downloads(items, ready, store)
    if ready.bindings.segment is not None:
        yield _of_cutting(ready.bindings.segment, found, store)
    for bound in ready.bindings.bound:
        if bound.of is None:
            known = found.facts[bound.name]
            at = np.flatnonzero(known.faulty)
            reasons = known.column(REASON).take(pa.array(at)).to_pylist()
            yield _Faults(bound.step, known.subjects.rows[at], known.subjects.keys[at], reasons, known.blocks)
