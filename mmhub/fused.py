"""The columns of steps that fuse vectors: computed from vectors that are known, so that nothing is decoded."""

import json
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from mmhub.binding.bound import Bindings, Bound
from mmhub.blocks import ABSENT
from mmhub.contents import select
from mmhub.facts import Facts, vectors_at
from mmhub.operators import Fuser
from mmhub.schema import dim_of, fused_columns, model_name, present_column
from mmhub.units import Units


def fused(bindings: Bindings, units: Units, facts: Facts, rows: np.ndarray) -> dict[pa.Field, pa.Array]:
    """Return the columns of all fusing steps for the units ``rows``.

    Each has a vector, null where a unit has none of its parts, and beside it which of them the unit has, in the
    order in which the step names them. Vectors that were made up count as lacking.
    """
    found: dict[pa.Field, pa.Array] = {}
    for name, bound in fused_columns(bindings).items():
        vectors, present = _fused(bindings, bound, units, facts, rows)
        flat = pa.array(vectors.reshape(-1), pa.float32())
        empty = pa.array(~present.any(axis=1))
        values = pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1], mask=empty)
        found[pa.field(name, values.type, metadata=_metadata(bound))] = values
        there = pa.FixedSizeListArray.from_arrays(pa.array(present.reshape(-1)), present.shape[1])
        found[pa.field(present_column(name), there.type)] = there
    return found


def fused_dims(bindings: Bindings, facts: Facts) -> dict[str, tuple[int, int]]:
    """Return, by column, the length of the fused vectors and the number of their parts."""
    columns = fused_columns(bindings)
    return {name: (_dim(bindings, bound, facts), len(bound.of or ())) for name, bound in columns.items()}


def _dim(bindings: Bindings, bound: Bound, facts: Facts) -> int:
    parts = [np.zeros((1, _part_dim(bindings.named(name), facts)), np.float32) for name in bound.of or ()]
    return int(_together(bound, parts, np.ones((1, len(parts)), bool)).shape[1])


def _fused(
    bindings: Bindings, bound: Bound, units: Units, facts: Facts, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the fused vectors float32[n, dim] of some units, and which parts each has, bool[n, parts]."""
    found = [_means(bindings.named(name), units, facts, rows) for name in bound.of or ()]
    parts, there = zip(*found, strict=True)
    present = np.stack(there, axis=1)
    return _together(bound, parts, present), present


def _together(bound: Bound, parts: Sequence[np.ndarray], present: np.ndarray) -> np.ndarray:
    operator = bound.operator
    assert isinstance(operator, Fuser)
    return operator.fuse(parts, present, bound.options, bound.weights)


def _means(bound: Bound, units: Units, facts: Facts, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a vector for each unit, float32[n, dim], the mean of those of a list, and whether it has any, bool[n]."""
    known = facts[bound.name]
    chosen, place = select(units.items[bound.fields[0]], rows, len(units))
    sums = np.zeros((len(rows), _part_dim(bound, facts)), np.float32)
    counts = np.zeros(len(rows), np.int64)
    there = known.positions[chosen] != ABSENT
    if there.any():
        vectors = vectors_at(known, chosen[there])
        good = ~np.isnan(vectors).any(axis=1)
        np.add.at(sums, place[there][good], vectors[good])
        np.add.at(counts, place[there][good], 1)
    return sums / np.maximum(counts, 1)[:, np.newaxis].astype(np.float32), counts > 0


def _part_dim(bound: Bound, facts: Facts) -> int:
    """Return the length of the vectors of an encoding; zero where there are none."""
    return max(0, dim_of(facts, bound))


def _metadata(bound: Bound) -> dict[bytes, bytes]:
    """Return what a fused column says of itself: its operator, what it was made of, and the head if it has one."""
    about = {
        "operator": bound.operator.name,
        "version": bound.operator.version,
        "of": list(bound.of or ()),
        "model": model_name(bound),
        "revision": bound.weights.revision if bound.weights else None,
        "normalise": bound.options.model_dump()["normalise"],
    }
    return {b"mmhub": json.dumps(about, sort_keys=True).encode()}
