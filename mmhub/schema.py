"""The columns of a published dataset: their names, and their types as `datasets` features."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from mmhub.bound import Bindings, Bound
from mmhub.facts import VECTOR, Facts
from mmhub.operators import ModelOptions
from mmhub.recipe import Column

_TEXT = {"dtype": "string", "_type": "Value"}


def vector_columns(bindings: Bindings) -> dict[str, Bound]:
    """Return, by the name of its column, every encoder step: ``<field>_<operator>``, as in ``image_clip``."""
    named: dict[str, Bound] = {}
    for bound in bindings.of_kind("encode"):
        short = f"{bound.fields[0]}_{_slug(bound.step.rpartition('/')[2])}"
        named[short if short not in named and short not in bindings.columns else _slug(bound.name)] = bound
    return named


def _slug(name: str) -> str:
    return re.sub(r"\W+", "_", name)


def feature_dict(bindings: Bindings, facts: Facts, added: Mapping[str, pa.Array]) -> dict[str, Any]:
    """Return the schema as plain data, in the form of `datasets.Features.to_dict`, with columns ``added`` to fields."""
    features: dict[str, Any] = {"row_id": {"dtype": "string", "_type": "Value"}}
    for name, column in bindings.columns.items():
        features[name] = _listed(column, _feature(column, bindings))
    for name, bound in vector_columns(bindings).items():
        vector = {"feature": {"dtype": "float32", "_type": "Value"}, "length": dim_of(facts, bound), "_type": "List"}
        features[name] = _listed(bindings.columns[bound.fields[0]], vector)
    plain = {pa.bool_(): "bool", pa.float64(): "float64"}
    return features | {name: {"dtype": plain[values.type], "_type": "Value"} for name, values in added.items()}


def _listed(column: Column, feature: dict[str, Any]) -> dict[str, Any]:
    return {"feature": feature, "length": -1, "_type": "List"} if column.many else feature


def _feature(column: Column, bindings: Bindings) -> dict[str, Any]:
    if column.is_plain:
        return {"dtype": column.modality, "_type": "Value"}
    modality = next(each for each in bindings.modalities.values() if each.name == column.modality)
    kind = modality.feature
    if kind != "Value":
        return {"_type": kind}
    return _TEXT if modality.decode is None else {"bytes": {"dtype": "binary", "_type": "Value"}, "path": _TEXT}


def dim_of(facts: Facts, bound: Bound) -> int:
    """Return the length of an encoder's vectors as the store has them, or -1 where it has none."""
    table = facts[bound.name].blocks.table
    return int(table.schema.field(VECTOR).type.list_size) if VECTOR in table.column_names else -1


def vector_metadata(bound: Bound) -> Mapping[bytes, bytes]:
    """Return what an embedding column says of itself: operator, model, revision, and how it was pooled and scaled."""
    options = bound.options.model_dump(mode="json")
    about: dict[str, Any] = {
        "operator": bound.operator.name,
        "version": bound.operator.version,
        "field": bound.fields[0],
        "model": model_name(bound),
        "revision": bound.weights.revision if bound.weights else None,
        **{key: options[key] for key in ("pooling", "normalise", "dtype") if key in options},
    }
    return {b"mmhub": json.dumps(about, sort_keys=True).encode()}


def model_name(bound: Bound) -> str | None:
    """Return the name of an encoder's model; a folder on this machine has none, and is known by its content."""
    if bound.weights is None or not isinstance(bound.options, ModelOptions):
        return None
    local = (
        bound.weights.model == str(bound.weights.folder)
        or "/" in bound.weights.model[:1]
        or "~" in bound.weights.model[:1]
    )
    return f"sha256:{bound.weights.revision}" if local or bound.weights.model.startswith(".") else bound.weights.model
