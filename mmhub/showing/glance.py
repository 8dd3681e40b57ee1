"""A version at a glance, as plain data: counts, columns, and how its facts are spread."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.blocks import read_table
from mmhub.dtypes import is_spans
from mmhub.loading import ledger_table
from mmhub.store import Store
from mmhub.version import Version, find

_SHARES = 2
"""Labels of which the share is told, the most frequent first."""


def glance(wanted: str, root: Path | None) -> dict[str, Any]:
    """Return what a person wants to know first of the version ``wanted``."""
    store = Store.at(root)
    version = find(store, wanted)
    manifest = version.manifest
    return {
        "name": version.name,
        "version": version.number,
        "identity": version.identity,
        "parent": manifest["parent"],
        **manifest["about"],
        **version.counts,
        "splits": {split: about["rows"] for split, about in manifest["splits"].items()},
        "columns": _columns(version, store),
        "calibrations": manifest.get("calibrations", {}),
        "facts": facts_at_a_glance(version, ledger_table(version, store)),
        "store": str(store.root),
    }


def fact_columns(version: Version, names: list[str]) -> dict[str, tuple[str, str]]:
    """Return, by the column of the ledger that holds it, the step and the name of every fact."""
    steps = sorted((str(step["name"]) for step in version.manifest["recipe"]["steps"]), key=len)
    digests = {f"{field}.sha256" for field in version.manifest["recipe"]["fields"]}
    found = {}
    for name in names:
        for step in steps:
            if name.startswith(f"{step}.") and name not in digests:
                found[name] = (step, name.removeprefix(f"{step}."))
    return found


def facts_at_a_glance(version: Version, ledger: pa.Table) -> list[dict[str, Any]]:
    """Return how each fact is spread over the rows that were kept, and over all."""
    kept = pc.equal(ledger["fate"], "kept")
    return [
        {"step": step, "fact": fact, "kept": spread(ledger[name].filter(kept)), "all": spread(ledger[name])}
        for name, (step, fact) in fact_columns(version, ledger.column_names).items()
    ]


def spread(values: pa.ChunkedArray) -> dict[str, Any] | None:
    """Return how values are spread, None where nothing is known.

    That is min, median and max of numbers, or of how many spans there are; shares of labels; how many hashes differ.
    """
    if pa.types.is_list(values.type) and not is_spans(values.type):
        values = pc.list_flatten(values)
    values = (pc.list_value_length(values) if is_spans(values.type) else values).drop_null()
    if not len(values):
        return None
    if pa.types.is_uint64(values.type):
        return {"different": pc.count_distinct(values).as_py()}
    if pa.types.is_string(values.type) or pa.types.is_boolean(values.type):
        return {"shares": _shares(values)}
    numbers = np.asarray(values)
    numbers = numbers[~np.isnan(numbers)] if numbers.dtype.kind == "f" else numbers
    if not len(numbers):
        return None
    middle = np.median(numbers)
    return {"min": numbers.min().item(), "median": middle.item(), "max": numbers.max().item()}


def _shares(values: pa.ChunkedArray) -> dict[str, float]:
    counted = pc.value_counts(values)
    numbers = sorted(
        zip(counted.field("counts").to_pylist(), counted.field("values").to_pylist(), strict=True),
        key=lambda pair: (-pair[0], str(pair[1])),
    )
    return {str(value).lower() if isinstance(value, bool) else value: n / len(values) for n, value in numbers[:_SHARES]}


def _columns(version: Version, store: Store) -> dict[str, dict[str, Any]]:
    """Return what each column holds, and of an embedding also the model that made it."""
    about: dict[str, dict[str, Any]] = {}
    for split in version.manifest["splits"].values():
        for field in read_table(store.objects / split["columns"][0]).schema:
            if field.metadata and b"mmhub" in field.metadata:
                about[field.name] = json.loads(field.metadata[b"mmhub"])
        break
    return {
        name: {"holds": _holds(feature), **about.get(name, {})} for name, feature in version.manifest["schema"].items()
    }


def _holds(feature: dict[str, Any]) -> str:
    if "_type" not in feature:
        return f"({', '.join(feature)})"
    if feature["_type"] == "List":
        inner = _holds(feature["feature"])
        return f"list of {inner}" if feature["length"] == -1 else f"{inner}[{feature['length']}]"
    return str(feature["dtype"]) if feature["_type"] == "Value" else str(feature["_type"]).lower()
