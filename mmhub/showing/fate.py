"""The fate of one row, as plain data: every fact with the rules it had to keep, from the ledger alone."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.decide.rules import failing, fitted
from mmhub.dtypes import is_spans
from mmhub.errors import VersionError, near
from mmhub.loading import ledger_table
from mmhub.operators import Distinct, Rule
from mmhub.showing.glance import fact_columns
from mmhub.showing.rule_words import bounds
from mmhub.store import Store
from mmhub.tables import SEGMENTED
from mmhub.version import Version, find

_LATE = ("\nidentical", "\nmissing", "\nbalanced", "\nrevoked")
"""What no step decides, and what comes after relative rules."""
_OF_FIELDS = {
    "missing": "the field {}, which is required",
    "identical": "the field {}, whose values are to be distinct",
    "balanced": "the balance of {}",
}
"""What decided by the reason, where it was a field and no step."""
_NEAR_AMONG = 10_000
"""Rows among which a row id that is near to an unknown one is looked for."""


def fate(wanted: str, row_id: str, root: Path | None) -> dict[str, Any]:
    """Return what became of ``row_id`` in the version ``wanted``; raise VersionError where it was not read."""
    store = Store.at(root)
    version = find(store, wanted)
    ledger = ledger_table(version, store)
    place = pc.index(ledger["row_id"], row_id).as_py()
    if place < 0:
        some = ledger["row_id"].slice(0, _NEAR_AMONG).to_pylist()
        hint = near(row_id, some) or (f"; its row ids look like {some[0]!r}" if some else "")
        raise VersionError(f"{str(version)!r} was built without a row {row_id!r}{hint}")
    found = told(RulesHad(version, ledger), ledger.slice(place, 1).to_pylist()[0])
    return {**found, "units": _units(ledger, row_id)} if found["fate"] == SEGMENTED else found


def _units(ledger: pa.Table, parent: str) -> list[dict[str, Any]]:
    """Return what became of the segments of a row: how many have each fate, for each reason, most first."""
    ids = pc.replace_substring_regex(ledger["row_id"], "#[0-9]+$", "")
    mine = pc.and_(pc.equal(ids, parent), pc.not_equal(ledger["fate"], SEGMENTED))
    counted = ledger.filter(mine).group_by(["fate", "reason"]).aggregate([([], "count_all")])
    return [
        {"fate": each["fate"], "reason": each["reason"], "count": each["count_all"]}
        for each in counted.sort_by([("count_all", "descending"), ("fate", "ascending")]).to_pylist()
    ]


def told(rules: "RulesHad", row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what became of a row of the ledger, with the rules it was asked about."""
    return {
        "version": str(rules.version),
        **{key: row[key] for key in ("row_id", "split", "fate", "reason", "step", "field", "fact")},
        **{key: row[key] for key in ("at_least", "at_most", "message")},
        "decided_by": decided_by(row),
        "repaired": row["repaired"] or [],
        "span": _span(rules.version, row),
        "sha256": {name: row[f"{name}.sha256"] for name in _fields(rules.version) if f"{name}.sha256" in row},
        "facts": [] if row["fate"] == SEGMENTED else rules.facts(row),
    }


def _span(version: Version, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return where a segment lay in the row it was cut from, and in what that is counted; None of a whole row."""
    if row.get("start") is None:
        return None
    feature = version.manifest["schema"].get(version.manifest["recipe"]["segment"]["fields"][0], {})
    textual = feature.get("feature", feature).get("dtype") == "string"
    return {
        "parent": row["row_id"].rpartition("#")[0],
        "start": row["start"],
        "end": row["end"],
        "unit": "characters" if textual else "ns",
    }


def _fields(version: Version) -> Iterable[str]:
    yield from version.manifest["recipe"]["fields"]


def decided_by(row: Mapping[str, Any]) -> str:
    """Return what decided in a few words, or nothing for a row that was kept."""
    if row["fate"] not in ("dropped", "quarantined"):
        return ""
    if not row["step"]:
        return _OF_FIELDS.get(row["reason"], "").format(row["field"])
    parts = [row["step"], f"of {row['field']}" if row["field"] else ""]
    if row["fact"]:
        parts.append(f"by its {row['fact']}")
    return " ".join(part for part in parts if part)


class RulesHad:
    """The rules of a version with the bounds they had, to be asked again about any row of its ledger."""

    def __init__(self, version: Version, ledger: pa.Table) -> None:
        self.version = version
        self._ledger = ledger
        self._steps = {step["name"]: step for step in version.manifest["recipe"]["steps"]}
        self._bounds: dict[tuple[str, str], Rule | Distinct] = {}
        self.columns = fact_columns(version, ledger.column_names)

    def of(self, column: str) -> list[tuple[Mapping[str, Any], Rule | Distinct]]:
        """Return the rules on a fact as the recipe has them, each with the bounds it had in units of the fact."""
        step, fact = self.columns[column]
        return [(rule, self._had(rule, column)) for rule in self._steps[step]["rules"] if rule["fact"] == fact]

    def called(self, column: str) -> str:
        """Return the name that the step of a fact has in the recipe, whichever of its fields is meant."""
        return _called(self._steps[self.columns[column][0]])

    def facts(self, row: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return each fact of a row with its rules, and whether it passed them."""
        return [
            {
                "step": step,
                "fact": fact,
                "dtype": _dtype(self._ledger.schema.field(column).type),
                "value": row[column],
                "rules": [self._judged(rule, had, column, row) for rule, had in self.of(column)],
            }
            for column, (step, fact) in self.columns.items()
        ]

    def _judged(
        self, rule: Mapping[str, Any], had: Rule | Distinct, column: str, row: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return a rule with the bounds it had, and whether the row passed it; None where it was not asked."""
        if isinstance(had, Distinct) or had.like:
            return {**rule, "says": bounds(had), "passed": self._stood_alone(had, self.columns[column][0], row)}
        values = _flat(pa.chunked_array([pa.array([row[column]], self._ledger.schema.field(column).type)]))
        passed = (
            None if values.null_count == len(values) else not failing(had, values, np.zeros(len(values), int), 1)[0]
        )
        says = bounds(replace(had, relative=rule["relative"]))
        return {**rule, "at_least": had.at_least, "at_most": had.at_most, "says": says, "passed": passed}

    def _stood_alone(self, rule: Rule | Distinct, step: str, row: Mapping[str, Any]) -> bool | None:
        """Say whether a row repeated no other; one that was out of it before was not compared."""
        if row["fate"] == "kept":
            return True
        repeats = row["reason"] == rule.reason and row["step"] == _called(self._steps[step])
        return False if repeats else None

    def _had(self, rule: Mapping[str, Any], column: str) -> Rule | Distinct:
        """Return a rule with the bounds it had: a relative one was fitted to the rows that no absolute rule dropped."""
        key = (column, str(rule["reason"]))
        if key not in self._bounds:
            made = _made(rule)
            if isinstance(made, Rule) and made.relative is not None:
                made = fitted(made, _flat(self._ledger[column].filter(self._standing)))
            self._bounds[key] = made
        return self._bounds[key]

    @cached_property
    def _standing(self) -> pa.Array:
        """The rows relative rules were fitted to: those kept, and those dropped by what comes after absolute rules."""
        late = [
            f"{_called(step)}\n{rule['reason']}"
            for step in self._steps.values()
            for rule in step["rules"]
            if rule["kind"] == "Distinct" or rule["relative"] is not None or rule["fact"] in step.get("wide", ())
        ]
        decided = pc.binary_join_element_wise(self._ledger["step"], self._ledger["reason"], "\n")
        later = pc.is_in(decided, value_set=pa.array([*late, *_LATE]))
        return pc.or_(pc.equal(self._ledger["fate"], "kept"), pc.and_(pc.equal(self._ledger["fate"], "dropped"), later))


def _called(step: Mapping[str, Any]) -> str:
    """Return the name a step has in the recipe, whichever of its fields is meant."""
    return str(step["name"]).removesuffix(f"@{step['fields'][0]}")


def _made(rule: Mapping[str, Any]) -> Rule | Distinct:
    kind: type[Any] = Distinct if rule["kind"] == "Distinct" else Rule
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in rule.items() if key != "kind"}
    made: Rule | Distinct = kind(**values)
    return made


def _dtype(kind: pa.DataType) -> str:
    kind = kind.value_type if pa.types.is_list(kind) and not is_spans(kind) else kind
    return "spans" if is_spans(kind) else str(kind)


def _flat(values: pa.ChunkedArray) -> pa.Array:
    whole = values.combine_chunks()
    whole = pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole
    return whole.flatten() if pa.types.is_list(whole.type) else whole
