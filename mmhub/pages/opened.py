"""A version opened to be looked at: its tables, mapped into memory, and what is asked of them again and again."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from mmhub.blocks import ABSENT
from mmhub.ledger import CLUSTER
from mmhub.showing.fate import RulesHad
from mmhub.store import Store
from mmhub.tables import Tables
from mmhub.version import Version

Kind = Literal["image", "audio", "video", "other", "text", "plain"]
_KINDS: dict[str, Kind] = {"Image": "image", "Audio": "audio", "Video": "video"}


@dataclass(frozen=True)
class Coded:
    """A column of labels as numbers: ``labels`` in the order they are met, ``codes`` int32[n] of each row."""

    labels: list[str]
    codes: np.ndarray

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> "Coded":
        """Return a column of strings as numbers; an absent one is an empty label."""
        coded = column.fill_null("").combine_chunks().dictionary_encode()
        whole = pa.concat_arrays(coded.chunks) if isinstance(coded, pa.ChunkedArray) else coded
        return cls(whole.dictionary.to_pylist(), np.asarray(whole.indices))

    def means(self, label: str) -> np.ndarray:
        """Return, as bool[n], the rows that have a label."""
        return np.asarray(self.codes == (self.labels.index(label) if label in self.labels else ABSENT))


@dataclass(frozen=True, eq=False)
class Opened:
    """A version and its tables. A row of the ledger is called by its place there, which is its *unit*."""

    version: Version
    store: Store

    @cached_property
    def tables(self) -> Tables:
        """The ledger and the columns of what is kept."""
        return Tables.of(self.version, self.store)

    @property
    def units(self) -> pa.Table:
        """The ledger, a row per unit."""
        return self.tables.units

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        """What the recipe says of each field."""
        return self.tables.fields

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """What each field holds: media of a kind that browsers know, other media, text, or plain values."""
        return {name: _kind(self.version.manifest["schema"].get(name, {})) for name in self.fields}

    @cached_property
    def fates(self) -> Coded:
        """The fate of each unit."""
        return Coded.of(self.units["fate"])

    @cached_property
    def reasons(self) -> Coded:
        """Why each unit is not kept; an empty label for those that are."""
        return Coded.of(self.units["reason"])

    @cached_property
    def steps(self) -> Coded:
        """The step that decided against each unit."""
        return Coded.of(self.units["step"])

    @cached_property
    def splits(self) -> Coded:
        """The split of each unit."""
        return Coded.of(self.units["split"])

    @cached_property
    def kept(self) -> np.ndarray:
        """Whether each unit is kept, bool[n]."""
        return self.fates.means("kept")

    @cached_property
    def places(self) -> np.ndarray:
        """The row of each unit in the columns of what is kept, int64[n], or -1."""
        found = np.full(len(self.units), ABSENT, dtype=np.int64)
        found[self.tables.places] = np.arange(len(self.tables.places))
        return found

    @cached_property
    def rules(self) -> RulesHad:
        """The rules of the version, with the bounds they had."""
        return RulesHad(self.version, self.tables.ledger)

    @cached_property
    def verdicts(self) -> list[dict[str, Any]]:
        """What decided against rows: each reason with its step, field, fact and bounds, and how many ``rows``."""
        names = ["fate", "reason", "step", "field", "fact", "at_least", "at_most"]
        grouped = self.units.select(names).group_by(names).aggregate([([], "count_all")]).to_pylist()
        found = [{**each, "rows": each.pop("count_all")} for each in grouped if each["reason"]]
        return sorted(found, key=lambda each: (-each["rows"], each["reason"], str(each["step"])))

    def column_of(self, verdict: Mapping[str, Any]) -> str | None:
        """Return the column of the ledger with the fact that decided, where one did."""
        names = [f"{verdict['step']}.{verdict['fact']}", f"{verdict['step']}@{verdict['field']}.{verdict['fact']}"]
        return next((name for name in names if name in self.units.column_names), None)

    @property
    def clusters(self) -> list[str]:
        """The columns that say which unit one repeats."""
        return [name for name in self.units.column_names if name.startswith(CLUSTER)]

    def ledger_rows(self, units: np.ndarray) -> list[dict[str, Any]]:
        """Return some units as the ledger has them."""
        return rows_of(self.units, units)

    def ledger_rows_of(self, unit: int, names: list[str]) -> dict[str, Any]:
        """Return columns ``names`` of one unit of the ledger."""
        return {name: self.units[name][unit].as_py() for name in names}

    def kept_rows(self, units: np.ndarray, names: list[str]) -> list[dict[str, Any] | None]:
        """Return columns ``names`` of some units, None for one that is not kept."""
        places = self.places[units]
        there = iter(rows_of(self.tables.kept.select(names), places[places != ABSENT]))
        return [next(there) if place != ABSENT else None for place in places]


def _kind(feature: Mapping[str, Any]) -> Kind:
    """Return what a column of a schema holds, in a list or not."""
    if feature.get("_type") == "List":
        return _kind(feature["feature"])
    if feature.get("_type") == "Value":
        return "text" if feature["dtype"] == "string" else "plain"
    return _KINDS.get(str(feature.get("_type")), "other")


def rows_of(table: pa.Table, places: np.ndarray) -> list[dict[str, Any]]:
    """Return some rows of a table as plain data; what is not asked for is not read."""
    # `take` would first make one piece of all the pieces of a column.
    parts = [table.slice(int(place), 1) for place in places]
    rows: list[dict[str, Any]] = pa.concat_tables(parts).to_pylist() if parts else []
    return rows
