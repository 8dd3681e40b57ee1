"""Why a row is kept by one of two versions alone: a rule, a threshold, an operator, a model, the source, a takedown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from mmhub.blocks import ABSENT
from mmhub.diff.recipes import differing
from mmhub.diff.rows import Joined, differs
from mmhub.tables import Tables
from mmhub.tombstones import REVOKED
from mmhub.version import Version

_VERDICT = ("fate", "reason", "step", "field", "fact", "at_least", "at_most")
_SAME = ("operator", "version", "options", "weights")


@dataclass(frozen=True)
class Cause:
    """Rows that one version alone keeps, and why the other does not.

    ``cause`` is one of source, revoked, rule, threshold, operator, model, dataset (what a relative rule or duplicates
    were found among has changed) and other. The rest is the verdict of the version that does not keep them;
    ``examples`` have, by row, the id, the value of the fact and what was noted.
    """

    cause: str
    says: str
    rows: int
    reason: str = ""
    step: str = ""
    field: str = ""
    fact: str = ""
    at_least: float | None = None
    at_most: float | None = None
    examples: tuple[dict[str, Any], ...] = ()


def causes(joined: Joined, before: Version, after: Version, *, gone: bool, examples: int) -> list[Cause]:
    """Return why rows are ``gone``, or have come, the most frequent cause first."""
    units, across = (joined.removed, joined.back) if gone else (joined.added, joined.there)
    mine, other = (joined.old, joined.new) if gone else (joined.new, joined.old)
    versions = (before, after) if gone else (after, before)
    absent = units[across[units] == ABSENT]
    found = []
    if len(absent):
        says = "not in the source any more" if gone else "new in the source"
        ids = mine.units["row_id"].take(pa.array(absent[:examples])).to_pylist()
        found.append(Cause("source", says, len(absent), examples=tuple({"row_id": each} for each in ids)))
    there = units[across[units] != ABSENT]
    for part, verdict, altered in _grouped(mine, other, there, across[there]):
        cause, says = _explained(versions, verdict, altered=altered, gone=gone)
        words: dict[str, Any] = {
            key: verdict[key] if key.startswith("at_") else verdict[key] or "" for key in _VERDICT if key != "fate"
        }
        some = tuple(_example(other, versions[1], verdict, int(each)) for each in part[:examples])
        found.append(Cause(cause, says, len(part), **words, examples=some))
    return sorted(found, key=lambda each: (-each.rows, each.cause, each.reason))


def _grouped(
    mine: Tables, other: Tables, units: np.ndarray, across: np.ndarray
) -> list[tuple[np.ndarray, dict[str, Any], bool]]:
    """Return places in the version that does not keep rows, by verdict, and by whether what it is about was altered."""
    if not len(units):
        return []
    said = other.units.select(list(_VERDICT)).take(pa.array(across))
    codes = np.zeros(len(units), dtype=np.int64)
    for name in _VERDICT:
        column = said[name].combine_chunks().dictionary_encode(null_encoding="encode")
        column = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
        codes = codes * len(column.dictionary) + np.asarray(column.indices, dtype=np.int64)
    found = []
    for code in np.unique(codes):
        some = np.flatnonzero(codes == code)
        verdict = said.slice(int(some[0]), 1).to_pylist()[0]
        altered = _altered(mine, other, units[some], across[some], verdict)
        found += [(across[some[altered == flag]], verdict, flag) for flag in (False, True) if (altered == flag).any()]
    return found


def _altered(
    mine: Tables, other: Tables, units: np.ndarray, across: np.ndarray, verdict: Mapping[str, Any]
) -> np.ndarray:
    """Return, as bool per row, whether the source has another value for a field that a verdict is about."""
    hit = np.zeros(len(units), bool)
    for name in str(verdict["field"] or "").split("+"):
        column = f"{name}.sha256"
        if column in mine.units.column_names and column in other.units.column_names:
            ones, others = mine.units[column].take(pa.array(units)), other.units[column].take(pa.array(across))
            hit |= differs(ones, others)
    return hit


def _explained(
    versions: tuple[Version, Version], verdict: Mapping[str, Any], *, altered: bool, gone: bool
) -> tuple[str, str]:
    """Return the cause and a sentence, from the recipes of the version that keeps rows and the one that does not."""
    keeps, drops = ([*each.manifest["recipe"]["steps"]] for each in versions)
    reason, step = verdict["reason"], verdict["step"]
    if reason == REVOKED:
        return "revoked", "revoked" if gone else "no longer revoked"
    if altered:
        return "source", f"the source has another {verdict['field']}"
    if reason == "missing":
        return _required(versions, verdict["field"], gone=gone)
    if not step and verdict["field"]:
        return _asked(versions, verdict["field"], reason, gone=gone)
    if not step:
        return "rule", f"the lists of row ids say so: {reason}"
    with_it, without = (_step(steps, step, verdict["field"]) for steps in (drops, keeps))
    if with_it is None:
        return "other", f"{verdict['fate']}: {reason}"
    if without is None:
        return "operator", f"{step} is {'new' if gone else 'left out'}"
    if changed := [name for name in _SAME if with_it[name] != without[name]]:
        return _operator(step, with_it, without, changed, gone=gone)
    if verdict["fate"] == "quarantined":
        return "other", f"{step} could not use a value{'' if gone else ' before'}: {reason}"
    return _rule(step, reason, with_it, without, verdict, gone=gone)


def _operator(
    step: str, with_it: Mapping[str, Any], without: Mapping[str, Any], changed: list[str], *, gone: bool
) -> tuple[str, str]:
    old, new = (without, with_it) if gone else (with_it, without)
    if "weights" in changed:
        return "model", f"{step}: the model is {str(new['weights'])[:12]}, was {str(old['weights'])[:12]}"
    if changed == ["options"]:
        says = ", ".join(
            f"{each['what']} {each['before']!r} → {each['after']!r}"
            for each in differing(old["options"], new["options"])
        )
        return "operator", f"{step}: {says}"
    return (
        "operator",
        f"{step}: {old['operator']} version {old['version']} → {new['operator']} version {new['version']}",
    )


def _rule(
    step: str,
    reason: str,
    with_it: Mapping[str, Any],
    without: Mapping[str, Any],
    verdict: Mapping[str, Any],
    *,
    gone: bool,
) -> tuple[str, str]:
    one, other = (
        next((rule for rule in each["rules"] if rule["reason"] == reason), None) for each in (with_it, without)
    )
    if one is None:
        return "other", f"{step}: {reason}"
    if other is None or not other.get("on", True):
        return "rule", f"{step}: the rule {reason} is {'new' if gone else 'left out'}"
    if one != other:
        old, new = (other, one) if gone else (one, other)
        says = ", ".join(
            f"{each['what']} {_said(each['before'])} → {_said(each['after'])}" for each in differing(old, new)
        )
        return "threshold", f"{step}: {reason}: {says}"
    if one["kind"] == "Distinct":
        return (
            "dataset",
            f"{step}: {reason}: {'it repeats another row now' if gone else 'what it repeated is not kept'}",
        )
    if one["relative"] is not None:
        return "dataset", f"{step}: {reason}: the bounds, {one['relative']} of the rows, have moved"
    return "operator", f"{step}: {verdict['fact']} was measured anew"


def _said(value: Any) -> str:
    return "none" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


def _required(versions: tuple[Version, Version], name: str, *, gone: bool) -> tuple[str, str]:
    keeps, drops = (each.manifest["recipe"]["fields"].get(name, {}).get("required", False) for each in versions)
    if drops and not keeps:
        return "rule", f"{name} is {'required now' if gone else 'not required any more'}"
    return "source", f"{name} is {'missing' if gone else 'there'} in the source"


def _asked(versions: tuple[Version, Version], name: str, reason: str, *, gone: bool) -> tuple[str, str]:
    """Return why rows differ by what a recipe asks of a field, or of how many there are of its values."""
    keeps, drops = (
        (each.manifest["recipe"]["fields"].get(name), each.manifest["recipe"].get("balance")) for each in versions
    )
    if keeps != drops:
        return "rule", f"{name}: what is asked of it has changed: {reason}"
    if reason in ("identical", "balanced"):
        return "dataset", f"{name}: {reason}: {'other rows are kept now' if gone else 'other rows were kept'}"
    return "source", f"the source has another {name}"


def _step(steps: list[dict[str, Any]], called: str, fields: str) -> dict[str, Any] | None:
    """Return the bound step that a verdict names, of several on different fields the one on these."""
    several = [step for step in steps if called in (step["name"], step["name"].partition("@")[0])]
    several += [step for step in steps if step["kind"] == "decode" and step["operator"] == called]
    return next((step for step in several if "+".join(step["fields"]) == fields), several[0] if several else None)


def _example(tables: Tables, version: Version, verdict: Mapping[str, Any], unit: int) -> dict[str, Any]:
    """Return the id of a row, the fact that decided and what was noted of it."""
    row = tables.units.slice(unit, 1)
    found = {"row_id": row["row_id"][0].as_py()}
    if verdict["fact"]:
        step = _step(version.manifest["recipe"]["steps"], verdict["step"], verdict["field"])
        column = f"{step['name']}.{verdict['fact']}" if step else ""
        if column in row.column_names:
            found["value"] = row[column][0].as_py()
    if note := row["message"][0].as_py():
        found["message"] = note
    return found
