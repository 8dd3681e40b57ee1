"""What is decided about all units, before anything of it is written down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from mmhub.binding.bound import Bindings
from mmhub.binding.published import published_facts
from mmhub.columns import FactColumns
from mmhub.contents import Contents, contents, per_unit
from mmhub.decide.fates import Fates, Verdict, decide
from mmhub.decide.missing import check_absent, masks
from mmhub.decide.projecting import Vectors, projected
from mmhub.decide.splitting.balance import surplus, weights
from mmhub.decide.splitting.labels import turns
from mmhub.decide.splitting.sharing import shared
from mmhub.dtypes import ARROW
from mmhub.errors import RecipeError
from mmhub.operators import ModelOptions
from mmhub.recipes.balance import WEIGHT, Balance
from mmhub.recipes.recipe import Recipe
from mmhub.request import Ready
from mmhub.revoked import meant
from mmhub.schema import vector_columns
from mmhub.store import Store
from mmhub.survey import Survey
from mmhub.tombstones import REVOKED, tombstones
from mmhub.units import Units
from mmhub.withholding import seen

Ids = tuple[Sequence[str] | None, Sequence[str]]
"""The row ids to keep, where some are listed, and those to drop."""


@dataclass(frozen=True)
class Decided:
    """What was decided: the fate of every unit, and the splits that ``units`` are in.

    ``columns`` gives their facts, ``contents`` the values of fields as repairs left them, and ``added`` the columns
    that the dataset has beyond its fields: a value per unit. ``projected`` holds, by encoding, the vectors made up.
    """

    units: Units
    fates: Fates
    columns: FactColumns
    contents: dict[str, Contents]
    added: dict[str, pa.Array]
    projected: dict[str, Vectors]


def decided(ready: Ready, found: Survey, store: Store, ids: Ids) -> Decided:
    """Decide on every unit that was found; ``bindings`` may differ from those it was measured with in rules alone."""
    bindings, units, facts = ready.bindings, found.units, found.facts
    check_absent(bindings.columns, units)
    columns = FactColumns(bindings, units, facts)
    held = {name: contents(name, bindings, units, facts) for name in bindings.modalities}
    fates = decide(bindings, units, facts, columns, keep=ids[0], deny=ids[1])
    units = replace(units, splits=shared(ready.recipe.splits, bindings, units, fates.kept, columns))
    added = masks(bindings.columns, units) | _balanced(ready.recipe.balance, units, fates)
    added |= _published(bindings, columns, {*vector_columns(bindings), *added}, len(units))
    made_up = _projected(bindings, units, fates, columns)
    for name, bound in vector_columns(bindings).items():
        if bound.name in made_up:
            added[f"{name}.imputed"] = pa.array(np.isin(np.arange(len(units)), made_up[bound.name][0]))
    _revoke(fates, found, held, store, ready.recipe.name)
    return Decided(units, fates, columns, held, added, made_up)


def listed(recipe: Recipe) -> Ids:
    """Return the row ids a recipe lists; raise RecipeError where its file cannot be read."""
    return _ids(recipe.keep_ids), _ids(recipe.deny_ids) or ()


def _published(bindings: Bindings, columns: FactColumns, taken: Iterable[str], count: int) -> dict[str, pa.Array]:
    """Return the columns of facts that are published, as these were found out: a value for each of ``count`` units."""
    made = {}
    for name, (bound, fact) in published_facts(bindings, taken).items():
        values, rows = columns.measured(bound, fact.name)
        made[name] = per_unit(values.cast(ARROW[fact.dtype]), rows, count, many=bindings.has_lists(bound))
    return made


def _projected(bindings: Bindings, units: Units, fates: Fates, columns: FactColumns) -> dict[str, Vectors]:
    """Return, by encoding, the vectors made up for units that are kept and lack theirs."""
    asked = [bound for bound in bindings.of_kind("encode") if bound.impute]
    if not asked:
        return {}
    order = turns(units.ids, 0)
    order = order[fates.codes[order] == 0]
    known = {bound.name: columns.vectors(bound) for bound in bindings.of_kind("encode")}
    known = {name: vectors for name, vectors in known.items() if len(vectors[0])}
    made = {}
    for bound in (each for each in asked if each.name in known):
        lacking = np.setdiff1d(fates.kept, known[bound.name][0])
        normalise = isinstance(bound.options, ModelOptions) and bound.options.normalise
        made[bound.name] = projected(bound.name, known, lacking, order, normalise=normalise)
    return made


def _balanced(balance: Balance | None, units: Units, fates: Fates) -> dict[str, pa.Array]:
    """Drop what classes have too much, or return what each unit weighs, as the recipe says."""
    if balance is None:
        return {}
    if balance.how == "weights":
        return {WEIGHT: weights(balance, units, fates.kept)}
    fates.give(surplus(balance, units, fates.kept), Verdict("dropped", "balanced", field=balance.field))
    return {}


def _revoke(fates: Fates, found: Survey, held: dict[str, Contents], store: Store, name: str) -> None:
    """Drop what tombstones mean: rows that were purged whatever else is known of them, others if they are kept."""
    buried = tombstones(store, name)
    if not buried.all:
        return
    verdict = Verdict("dropped", REVOKED)
    gone = np.isin(np.asarray(found.units.ids.to_pylist(), dtype=object), list(found.withheld))
    fates.codes[gone] = 0
    fates.give(np.flatnonzero(gone), verdict)
    known = seen(found.units, held, tuple(found.parents))
    fates.give(np.flatnonzero(meant(known, buried, "revoked", "withheld", "purged")), verdict)


def _ids(listed: tuple[str, ...] | Path | None) -> Sequence[str] | None:
    if not isinstance(listed, Path):
        return listed
    try:
        return [line for line in listed.read_text(encoding="utf-8").splitlines() if line]
    except OSError as error:
        raise RecipeError(f"the list of row ids {str(listed)!r} cannot be read: {error.strerror}") from error
