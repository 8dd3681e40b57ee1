"""A version without some of its rows, made from its tables: nothing is measured, and no source is read."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.blocks import as_digests, write_table
from mmhub.identity import identity
from mmhub.ledger import BETTER, CLUSTER
from mmhub.loading import blocks_of
from mmhub.media import holding
from mmhub.store import Store
from mmhub.tables import SEGMENTED, Tables, flat
from mmhub.tombstones import REVOKED, masked
from mmhub.version import Version, commit

_VERDICT = {
    "fate": "dropped",
    "reason": REVOKED,
    "step": "",
    "field": "",
    "fact": "",
    "at_least": None,
    "at_most": None,
    "message": None,
}
_ROWS = 65_536
_STAYS = ("schema", "recipe", "calibrations", "source", "about", "libraries", "facts")
"""What a manifest says that does not change with its rows."""


def rewritten(version: Version, tables: Tables, ledger: pa.Table, store: Store, change: Mapping[str, Any]) -> Version:
    """Commit the version that has the rows its new ``ledger`` keeps, and return it.

    Files of columns in which every row stays are shared with ``version``.
    """
    stays = ledger.filter(pc.equal(ledger["fate"], "kept"))["row_id"].combine_chunks()
    columns = {split: _filtered(files, stays, store) for split, files in tables.columns.items()}
    columns = {split: files for split, files in columns.items() if files}
    now = Tables(tables.fields, ledger, columns)
    rows = now.digest()
    old = version.manifest
    manifest: dict[str, Any] = {
        "identity": identity(old["schema"], old["recipe"], rows, old.get("calibrations")),
        **{key: old[key] for key in _STAYS if key in old},
        "rows": rows,
        "counts": counts(now),
        "measured": {"steps": [], "units": 0, "seconds": 0.0},
        "splits": {
            split: {"rows": sum(map(len, files.values())), "columns": list(files)} for split, files in columns.items()
        },
        "media": _media(version, now, store),
        "ledger": [write_table(store.objects, ledger.slice(at, _ROWS)) for at in range(0, max(1, len(ledger)), _ROWS)],
        "change": dict(change),
    }
    return commit(store, version.name, manifest)


def revoked(tables: Tables, gone: np.ndarray) -> pa.Table:
    """Return the ledger in which the units ``gone`` bool[units] are dropped, and keep their facts."""
    ids = tables.units["row_id"].filter(pa.array(gone)).combine_chunks()
    hit = pc.and_(pc.is_in(tables.ledger["row_id"], value_set=ids), pc.not_equal(tables.ledger["fate"], SEGMENTED))
    ledger = tables.ledger
    for name, value in _VERDICT.items():
        place = ledger.schema.get_field_index(name)
        said = pa.scalar(value, ledger.schema.field(name).type)
        ledger = ledger.set_column(place, name, pc.if_else(hit, said, ledger[name]))
    return ledger


def erased(tables: Tables, purged: np.ndarray, withheld: np.ndarray) -> pa.Table:
    """Return the ledger in which nothing is left of the units ``purged`` but the hash of their rows' ids.

    Of those ``withheld`` the id stays, and no fact.
    """
    seen = tables.seen()
    rows = {}
    splits = tables.units["split"].to_pylist()
    for unit in np.flatnonzero(purged | withheld).tolist():
        row = seen.row_of(seen.ids[unit])
        rows[masked(row) if purged[unit] else row] = splits[unit]
    away = {seen.ids[unit] for unit in np.flatnonzero(purged | withheld).tolist()}
    away |= {seen.row_of(unit_id) for unit_id in away}
    gone = pa.array(sorted(away), pa.string())
    rest = _unnamed(tables.ledger.filter(pc.invert(pc.is_in(tables.ledger["row_id"], value_set=gone))), gone)
    new = {"row_id": pa.array(list(rows), pa.string()), "split": pa.array(list(rows.values()), pa.string())}
    new |= {name: pa.array([value] * len(rows), rest.schema.field(name).type) for name, value in _VERDICT.items()}
    empty = {
        field.name: pa.array([[]] * len(rows), field.type) for field in rest.schema if pa.types.is_list(field.type)
    }
    absent = {field.name: pa.nulls(len(rows), field.type) for field in rest.schema}
    return pa.concat_tables([rest, pa.table({**absent, **empty, **new}, schema=rest.schema)])


def _unnamed(ledger: pa.Table, gone: pa.Array) -> pa.Table:
    """Return a ledger in which no other row names one of those that are ``gone``."""
    for place, field in enumerate(ledger.schema):
        if field.name.startswith(CLUSTER) or field.name.endswith(BETTER):
            parts = [_without(part, gone) for part in ledger.column(place).chunks]
            ledger = ledger.set_column(place, field, pa.chunked_array(parts, field.type))
    return ledger


def _without(names: pa.Array, gone: pa.Array) -> pa.Array:
    """Return names, or lists of names, with null in the place of those that are ``gone``."""
    if pa.types.is_list(names.type):
        values = _without(names.values, gone)
        return pa.ListArray.from_arrays(names.offsets, values, mask=names.is_null() if names.null_count else None)
    return pc.if_else(pc.is_in(names, value_set=gone), pa.scalar(None, names.type), names)


def counts(tables: Tables) -> dict[str, Any]:
    """Return how many units there are of each fate, reason and repair, as a build counts them."""
    units = tables.units
    by: dict[str, Counter[str]] = {"kept": Counter(), "dropped": Counter(), "quarantined": Counter()}
    for each in units.group_by(["fate", "reason"]).aggregate([([], "count_all")]).to_pylist():
        by[each["fate"]][each["reason"]] += each["count_all"]
    touched, steps = flat(units["repaired"])
    rows = {"read": len(units), **{fate: sum(reasons.values()) for fate, reasons in by.items()}}
    rows |= {"repaired": len(np.unique(touched)), "segmented": len(tables.parents)}
    return {
        "rows": rows,
        "dropped": dict(by["dropped"].most_common()),
        "quarantined": dict(by["quarantined"].most_common()),
        "repaired": dict(Counter(steps.to_pylist())),
    }


def _filtered(files: Mapping[str, pa.Table], stays: pa.Array, store: Store) -> dict[str, pa.Table]:
    """Return files of columns with those rows alone that stay, by their names in the store."""
    found: dict[str, pa.Table] = {}
    for name, table in files.items():
        kept = pc.is_in(table["row_id"], value_set=stays)
        if pc.all(kept).as_py():
            found[name] = table
        elif pc.any(kept).as_py():
            part = table.filter(kept)
            found[write_table(store.objects, part)] = part
    return found


def _media(version: Version, tables: Tables, store: Store) -> list[str]:
    """Return the blocks that hold the media of what is kept."""
    keys = [as_digests(flat(tables.kept[name])[1]) for name in tables.media]
    if not keys:
        return []
    return holding(blocks_of(version, store), np.concatenate(keys))
