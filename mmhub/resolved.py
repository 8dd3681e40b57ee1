"""A recipe as it was carried out: every option and rule with its value, and no path of this machine."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from mmhub.bound import Bindings, Bound
from mmhub.operators import Operator, Options, Source
from mmhub.recipe import Recipe
from mmhub.schema import model_name


def resolved(recipe: Recipe, bindings: Bindings, source: Source, options: Options) -> dict[str, Any]:
    """Return what a build did, as plain data that enters the identity of its version."""
    return {
        "name": recipe.name,
        "source": {"use": source.name, "version": source.version, "options": _portable(options)},
        "fields": {name: column.model_dump() for name, column in bindings.columns.items()},
        "segment": _step(bindings.segment) if bindings.segment else None,
        "steps": [_step(bound) for bound in bindings.bound],
    }


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
        "rules": [{"kind": type(rule).__name__, **asdict(rule)} for rule in bound.rules],
        "weights": bound.weights.revision if bound.weights else None,
        "of": list(bound.of) if bound.of else None,
    }


def _portable(options: Options) -> dict[str, Any]:
    paths = {name for name in type(options).model_fields if isinstance(getattr(options, name), Path)}
    return options.model_dump(mode="json", exclude=paths)
