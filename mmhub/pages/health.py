"""What to know of a version before it is trusted: gaps, leaks, languages, licences, outliers, what nobody judged."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from mmhub.exporting.licences import models_of
from mmhub.models.licences import UNSTATED, is_non_commercial, shipped_licence
from mmhub.pages.numbers import is_number, per_unit, plain
from mmhub.pages.opened import Opened
from mmhub.tables import flat

_FAR = 6.0
"""Scaled median absolute deviations from the median beyond which a value is worth a look: rarer than one in 10^8 of
what is normal."""
_MOST, _EXAMPLES = 12, 5


def health(opened: Opened) -> dict[str, Any]:
    """Return the state of a version as plain data."""
    return {
        "missing": list(_missing(opened)),
        "leaks": list(_leaks(opened)),
        "languages": list(_labels(opened, ".language")),
        "licences": _licences(opened),
        "outliers": sorted(_outliers(opened), key=lambda each: -each["rows"])[:_MOST],
        "unsure": list(_unsure(opened)),
    }


def _missing(opened: Opened) -> Iterator[dict[str, Any]]:
    """Yield, by field, the rows that are kept, and those of them that lack it."""
    table = opened.tables.kept
    for name in opened.fields:
        if name in table.column_names:
            column = table[name]
            lacking = column.null_count
            if kinds.is_list(column.type):
                lacking += pc.sum(pc.equal(pc.list_value_length(column), 0)).as_py() or 0
            if kinds.is_string(column.type):
                lacking += pc.sum(pc.equal(pc.utf8_length(column), 0)).as_py() or 0
            yield {"field": name, "missing": lacking, "rows": len(column)}


def _leaks(opened: Opened) -> Iterator[dict[str, Any]]:
    """Yield, by field, values that kept rows of several splits share, told by their sha256."""
    splits = pa.array(opened.splits.codes)
    for name in opened.fields:
        column = f"{name}.sha256"
        if column not in opened.units.column_names:
            continue
        rows, keys = flat(opened.units[column])
        stays = opened.kept[rows]
        pairs = pa.table({"key": keys.filter(pa.array(stays)), "split": splits.take(pa.array(rows[stays]))})
        several = pairs.group_by("key").aggregate([("split", "min"), ("split", "max"), ("split", "count")])
        crossing = several.filter(pc.not_equal(several["split_min"], several["split_max"]))
        yield {"field": name, "values": len(crossing), "rows": pc.sum(crossing["split_count"]).as_py() or 0}


def _labels(opened: Opened, ending: str) -> Iterator[dict[str, Any]]:
    """Yield, for facts whose names end so, how often kept rows have each label."""
    for column in opened.rules.columns:
        if column.endswith(ending) and kinds.is_string(_inner(opened.units.schema.field(column).type)):
            values = flat(opened.units[column].filter(opened.kept))[1]
            yield {"column": column, "labels": _counted(values)}


def _licences(opened: Opened) -> list[dict[str, Any]]:
    """Return the licences of the source, of its rows where a field holds them, and of the models."""
    stated = opened.version.manifest["about"]["licence"] or UNSTATED
    found = [{"of": "source", "what": str(opened.version.manifest["source"]["use"]), "licence": stated}]
    for used in models_of(opened.version):
        found.append({"of": "model", "what": used.model or UNSTATED, "licence": shipped_licence(used.model)})
    for name in (each for each in opened.fields if each.lower() in ("licence", "license")):
        if name in opened.tables.kept.column_names and kinds.is_string(opened.tables.kept.schema.field(name).type):
            values = opened.tables.kept[name].drop_null()
            found += [
                {"of": f"rows by {name}", "what": f"{each['rows']:,} rows", "licence": each["label"]}
                for each in _counted(values)
            ]
    return [{**each, "non_commercial": is_non_commercial(each["licence"])} for each in found]


def _outliers(opened: Opened) -> Iterator[dict[str, Any]]:
    """Yield facts with values of kept rows far from the others, by the median absolute deviation."""
    for column in opened.rules.columns:
        if not is_number(opened.units.schema.field(column).type):
            continue
        values = per_unit(opened.units[column], len(opened.units))
        assert values is not None
        known = np.flatnonzero(opened.kept & ~np.isnan(values))
        if not len(known):
            continue
        middle = np.median(values[known])
        width = 1.4826 * np.median(np.abs(values[known] - middle))
        if width <= 0:
            continue
        distance = np.abs(values[known] - middle) / width
        far = known[distance > _FAR]
        if len(far):
            worst = known[np.argsort(-distance, kind="stable")[: min(_EXAMPLES, len(far))]]
            rows = [
                {"unit": int(unit), **opened.ledger_rows_of(int(unit), ["row_id"]), "value": plain(float(values[unit]))}
                for unit in worst
            ]
            yield {"column": column, "rows": len(far), "median": plain(float(middle)), "examples": rows}


def _unsure(opened: Opened) -> Iterator[dict[str, Any]]:
    """Yield the steps whose models are the small ones that come with plugins, and the scores made of their vectors."""
    steps = opened.version.manifest["recipe"]["steps"]
    small = {each["name"] for each in steps if each["weights"] and ":" in str(each["options"].get("model") or "")}
    for step in steps:
        made = step["name"] in small
        if made or set(step["of"] or ()) & small:
            yield {
                "step": step["name"],
                "what": "encodes" if made else "compares what such a model encodes",
                "model": step["options"].get("model") if made else None,
                "rules_off": step["of"] is not None and not any(rule.get("on", True) for rule in step["rules"]),
            }


def _counted(values: Any) -> list[dict[str, Any]]:
    counted = pc.value_counts(values).to_pylist()
    order = sorted(counted, key=lambda each: (-each["counts"], str(each["values"])))
    return [{"label": str(each["values"]), "rows": each["counts"]} for each in order[:_MOST]]


def _inner(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if kinds.is_list(kind) else kind
