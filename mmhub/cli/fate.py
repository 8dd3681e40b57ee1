"""The fate of one row, as plain data: every fact with the rules it had to keep, from the ledger alone."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.cli.glance import fact_columns
from mmhub.cli.rule_words import bounds
from mmhub.decide.rules import failing, fitted
from mmhub.errors import VersionError, near
from mmhub.loading import ledger_table
from mmhub.operators import Distinct, Rule
from mmhub.store import Store
from mmhub.version import Version, find

_LATE = ("\nidentical", "\nmissing", "\nbalanced", "\nrevoked")
"""What no step decides, and what comes after relative rules."""
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
    row = ledger.slice(place, 1).to_pylist()[0]
    trial = _Trial(version, ledger, row)
    return {
        "version": str(version),
        **{key: row[key] for key in ("row_id", "split", "fate", "reason", "step", "field", "fact")},
        **{key: row[key] for key in ("at_least", "at_most", "message")},
        "decided_by": _decided_by(row),
        "repaired": row["repaired"] or [],
        "sha256": {name: row[f"{name}.sha256"] for name in _fields(version) if f"{name}.sha256" in row},
        "facts": [] if row["fate"] == "segmented" else trial.facts(),
    }


def _fields(version: Version) -> Iterable[str]:
    yield from version.manifest["recipe"]["fields"]


def _decided_by(row: Mapping[str, Any]) -> str:
    """Return what decided in a few words, or nothing for a row that was kept."""
    if row["fate"] not in ("dropped", "quarantined"):
        return ""
    parts = [row["step"], f"of {row['field']}" if row["field"] else ""]
    if row["fact"]:
        parts.append(f"by its {row['fact']}")
    return " ".join(part for part in parts if part)


class _Trial:
    """The rules of a version, asked again about one row."""

    def __init__(self, version: Version, ledger: pa.Table, row: Mapping[str, Any]) -> None:
        self._ledger, self._row = ledger, row
        self._steps = {step["name"]: step for step in version.manifest["recipe"]["steps"]}
        self._columns = fact_columns(version, ledger.column_names)

    def facts(self) -> list[dict[str, Any]]:
        """Return each fact of the row with its rules, and whether it passed them."""
        return [
            {
                "step": step,
                "fact": fact,
                "dtype": _dtype(self._ledger.schema.field(column).type),
                "value": self._row[column],
                "rules": [
                    self._judged(rule, step, column) for rule in self._steps[step]["rules"] if rule["fact"] == fact
                ],
            }
            for column, (step, fact) in self._columns.items()
        ]

    def _judged(self, rule: Mapping[str, Any], step: str, column: str) -> dict[str, Any]:
        """Return a rule with the bounds it had, and whether the row passed it; None where it was not asked."""
        made = _made(rule)
        if isinstance(made, Distinct):
            return {**rule, "says": bounds(made), "passed": self._stood_alone(made, step)}
        had = made if made.relative is None else self._fitted(made, column)
        values = _flat(self._ledger[column].filter(self._mine))
        passed = (
            None if values.null_count == len(values) else not failing(had, values, np.zeros(len(values), int), 1)[0]
        )
        says = bounds(replace(had, relative=made.relative))
        return {**rule, "at_least": had.at_least, "at_most": had.at_most, "says": says, "passed": passed}

    @cached_property
    def _mine(self) -> pa.ChunkedArray:
        return pc.equal(self._ledger["row_id"], self._row["row_id"])

    def _stood_alone(self, rule: Distinct, step: str) -> bool | None:
        """Say whether a row repeated no other; one that was out of it before was not compared."""
        if self._row["fate"] == "kept":
            return True
        repeats = self._row["reason"] == rule.reason and self._row["step"] == _called(self._steps[step])
        return False if repeats else None

    def _fitted(self, rule: Rule, column: str) -> Rule:
        """Return a relative rule with the bounds it had: fitted to the rows that no absolute rule dropped."""
        values = self._ledger[column].filter(self._standing)
        return fitted(rule, _flat(values))

    @cached_property
    def _standing(self) -> pa.Array:
        """The rows relative rules were fitted to: those kept, and those dropped by what comes after absolute rules."""
        late = [
            f"{_called(step)}\n{rule['reason']}"
            for step in self._steps.values()
            for rule in step["rules"]
            if rule["kind"] == "Distinct" or rule["relative"] is not None
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
    return str(kind.value_type if pa.types.is_list(kind) else kind)


def _flat(values: pa.ChunkedArray) -> pa.Array:
    whole = values.combine_chunks()
    whole = pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole
    return whole.flatten() if pa.types.is_list(whole.type) else whole
