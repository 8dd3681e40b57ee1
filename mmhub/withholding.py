"""Rows that were purged, taken out of what is read before anything looks at their values."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.contents import Contents
from mmhub.revoked import Seen, meant
from mmhub.sources.stamps import read_keys
from mmhub.tombstones import Tombstones, masked
from mmhub.units import Items, Units

_HOW = ("withheld", "purged")


def withhold(units: Units, buried: Tombstones, *, threads: int) -> np.ndarray:
    """Take the values of rows that were purged out of ``units``, and mask their ids; return which these are, bool[n].

    Files are read once more than a build would, where what was purged is known by its content.
    """
    if not any(each.how in _HOW for each in buried.all):
        return np.zeros(len(units), bool)
    if buried.of("content", *_HOW):
        for items in units.items.values():
            read_keys(items, np.arange(len(items)), threads=threads)
    gone = meant(seen(units, {}, ()), buried, *_HOW)
    if gone.any():
        purged = meant(seen(units, {}, ()), buried, "purged")
        ids = units.ids.to_pylist()
        for unit in np.flatnonzero(purged).tolist():
            ids[unit] = masked(ids[unit])
        units.ids = pa.array(ids, units.ids.type)
        units.items = {name: _without(items, gone) for name, items in units.items.items()}
        units.plain = {name: pc.if_else(pa.array(gone), pa.scalar(None, c.type), c) for name, c in units.plain.items()}
        units.faults = {name: {n: f for n, f in found.items() if not gone[n]} for name, found in units.faults.items()}
    return gone


def seen(units: Units, contents: dict[str, Contents], parents: tuple[str, ...]) -> Seen:
    """Return what tombstones know ``units`` by."""
    every = np.arange(len(units))
    return Seen(
        ids=units.ids.to_pylist(),
        parents=frozenset(parents),
        read={name: (items.rows[items.known], items.keys[items.known]) for name, items in units.items.items()},
        published={name: (units.items[name].rows, held.keys) for name, held in contents.items()},
        texts=frozenset(name for name, items in units.items.items() if items.texts is not None),
        plain={n: (every, column.to_pylist()) for n, column in units.plain.items() if pa.types.is_string(column.type)},
    )


def _without(items: Items, gone: np.ndarray) -> Items:
    """Return items without those of the units that are ``gone``."""
    stay = np.flatnonzero(~gone[items.rows])
    chosen = pa.array(stay)
    place = {old: new for new, old in enumerate(stay.tolist())} if items.inline or items.faults else {}
    return replace(
        items,
        rows=items.rows[stay],
        keys=items.keys[stay],
        known=items.known[stay],
        texts=None if items.texts is None else items.texts.take(chosen),
        paths=None if items.paths is None else items.paths.take(chosen),
        stamps=None if items.stamps is None else items.stamps.take(chosen),
        inline={place[old]: data for old, data in items.inline.items() if old in place},
        faults={place[old]: fault for old, fault in items.faults.items() if old in place},
    )
