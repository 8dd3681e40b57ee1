"""Rows shared out among splits as a recipe says, once it is known which of them are kept."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.binding.bound import Bindings
from mmhub.decide.splitting.labels import labels
from mmhub.decide.splitting.links import alike_by
from mmhub.decide.splitting.splits import Links, grouped, numbered, stratified
from mmhub.decide.verdicts import Column
from mmhub.recipes.splits import Splits
from mmhub.units import Units


def shared(splits: Splits | None, bindings: Bindings, units: Units, kept: np.ndarray, column: Column) -> pa.Array:
    """Return the split of every unit; where the source or a hash has said it, what ``units`` say."""
    if splits is None or splits.how in ("given", "hashed"):
        return units.splits
    if splits.how == "stratified":
        return stratified(splits, units, kept)
    links = [_by_value(units, splits.field)] if splits.field else []
    if bindings.grouping is not None:
        rule, bounds = bindings.grouping.rule, bindings.grouping.bounds
        for together in [bounds] if rule.pool else [(each,) for each in bounds]:
            links.append(alike_by(rule, together, bindings, kept, column))
    if bindings.segment is not None:
        links.append(_of_one_row(units))
    return grouped(splits, units, kept, links)


def _of_one_row(units: Units) -> Links:
    """Return which units may have been cut from one row, by what stands before the last # of their ids."""
    rows = pc.replace_substring_regex(units.ids, r"#\d+$", "")
    return np.arange(len(units)), numbered(rows)


def _by_value(units: Units, name: str) -> Links:
    return np.arange(len(units)), numbered(labels(units, name))
