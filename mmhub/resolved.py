"""A recipe as it was carried out: every option and rule with its value, and no path of this machine."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from mmhub.binding.bound import Bindings, Bound
from mmhub.operators import Distinct, Operator, Options, Rule, Source
from mmhub.recipes.recipe import Column, Recipe
from mmhub.schema import model_name


def resolved(recipe: Recipe, bindings: Bindings, source: Source, options: Options) -> dict[str, Any]:
    """Return what a build did, as plain data that enters the identity of its version."""
    return {
        "name": recipe.name,
        "source": {"use": source.name, "version": source.version, "options": _portable(options)},
        "fields": {name: _field(column) for name, column in bindings.columns.items()},
        **_shared(recipe, bindings),
        "segment": _step(bindings.segment) if bindings.segment else None,
        "steps": [_step(bound) for bound in bindings.bound],
    }


def _field(column: Column) -> dict[str, Any]:
    """Return what a field holds, and of what is asked of it that alone which is."""
    what = column.model_dump(mode="json", include={"modality", "of", "many", "required"})
    return what | column.model_dump(mode="json", exclude_defaults=True)


def _shared(recipe: Recipe, bindings: Bindings) -> dict[str, Any]:
    """Return how rows are shared out and balanced, where the recipe says anything of it."""
    parts = {"splits": recipe.splits, "balance": recipe.balance}
    what = {name: part.model_dump(mode="json") for name, part in parts.items() if part is not None}
    if bindings.grouping:
        what["splits"]["alike"] = asdict(bindings.grouping.rule)
    return what


def _step(bound: Bound) -> dict[str, Any]:
    options = _portable(bound.options)
    if bound.weights:
        options["model"] = model_name(bound)
    operator: Operator | Any = bound.operator
    return {
        "name": bound.name,
        "kind": bound.kind,
        "operator": operator.name,
        "version": operator.version,
        "fields": list(bound.fields),
        "options": options,
        "rules": [_rule(rule) for rule in bound.rules],
        "weights": bound.weights.revision if bound.weights else None,
        "of": list(bound.of) if bound.of else None,
        **({"impute": bound.impute} if bound.impute else {}),
        **({"beside": list(bound.beside)} if bound.beside else {}),
        **({"wide": list(bound.wide)} if bound.wide else {}),
        **({"publish": list(bound.publish)} if bound.publish else {}),
        **({"index": bound.index} if bound.index else {}),
    }


def _rule(rule: Rule | Distinct) -> dict[str, Any]:
    said = {"kind": type(rule).__name__, **asdict(rule)}
    if isinstance(rule, Rule) and not rule.like:
        del said["like"], said["off_by"]
    return said


def _portable(options: Options) -> dict[str, Any]:
    paths = {name for name in type(options).model_fields if isinstance(getattr(options, name), Path)}
    return options.model_dump(mode="json", exclude=paths)
