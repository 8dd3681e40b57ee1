"""The columns of a published dataset: their names, and their types as `datasets` features."""

import json
import re
from collections.abc import Container, Iterable, Mapping
from typing import Any

import pyarrow as pa

from mmhub.binding.bound import Bindings, Bound
from mmhub.dtypes import ARROW
from mmhub.facts import VECTOR, Facts
from mmhub.recipes.recipe import Column

_TEXT = {"dtype": "string", "_type": "Value"}
_NAMES = {kind: dtype for dtype, kind in ARROW.items() if not pa.types.is_nested(kind)}


def vector_columns(bindings: Bindings) -> dict[str, Bound]:
    """Return, by the name of its column, every encoder step: ``<field>_<operator>``, as in ``image_clip``."""
    steps = {bound.name: bound for bound in bindings.of_kind("encode")}
    called = ((name, bound.step, bound.fields[0]) for name, bound in steps.items())
    return {column: steps[name] for column, name in vector_names(called, bindings.columns).items()}


def vector_names(encodings: Iterable[tuple[str, str, str]], fields: Container[str]) -> dict[str, str]:
    """Return, by the name of its column, every encoding: each is given by its name, its step and its field."""
    named: dict[str, str] = {}
    for name, step, field in encodings:
        short = f"{field}_{_slug(step.rpartition('/')[2])}"
        named[short if short not in named and short not in fields else _slug(name)] = name
    return named


def fused_columns(bindings: Bindings) -> dict[str, Bound]:
    """Return, by the name of its column, every step that fuses vectors: its own name, as in ``fuse_mean``."""
    return {_slug(bound.step): bound for bound in bindings.of_kind("fuse")}


def _slug(name: str) -> str:
    return re.sub(r"\W+", "_", name)


def feature_dict(
    bindings: Bindings,
    facts: Facts,
    added: Mapping[str, pa.Array],
    fused: Mapping[str, tuple[int, int]],
) -> dict[str, Any]:
    """Return the schema as plain data, in the form of `datasets.Features.to_dict`, with columns ``added`` to fields.

    ``fused`` holds, by column, the length of fused vectors and the number of their parts.
    """
    features: dict[str, Any] = {"row_id": {"dtype": "string", "_type": "Value"}}
    for name, column in bindings.columns.items():
        features[name] = _listed(column, _feature(column, bindings))
    for name, bound in vector_columns(bindings).items():
        features[name] = _listed(bindings.columns[bound.fields[0]], _array("float32", dim_of(facts, bound)))
    for name, (dim, parts) in fused.items():
        features |= {name: _array("float32", dim), present_column(name): _array("bool", parts)}
    return features | {name: _of_type(values.type) for name, values in added.items()}


def present_column(name: str) -> str:
    """Return the column that tells which parts went into the vectors of a fused column."""
    return f"{name}_present"


def _array(dtype: str, length: int) -> dict[str, Any]:
    return {"feature": {"dtype": dtype, "_type": "Value"}, "length": length, "_type": "List"}


def _of_type(kind: pa.DataType) -> dict[str, Any]:
    """Return the feature for values of the type of a fact, or lists of them."""
    if pa.types.is_list(kind):
        return {"feature": _of_type(kind.value_type), "length": -1, "_type": "List"}
    if pa.types.is_struct(kind):
        return {field.name: _of_type(field.type) for field in kind}
    return {"dtype": _NAMES[kind], "_type": "Value"}


def _listed(column: Column, feature: dict[str, Any]) -> dict[str, Any]:
    return {"feature": feature, "length": -1, "_type": "List"} if column.many else feature


def _feature(column: Column, bindings: Bindings) -> dict[str, Any]:
    if column.is_plain:
        one = {"dtype": column.modality, "_type": "Value"}
        return one if column.length is None else {"feature": one, "length": column.length, "_type": "List"}
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
    if bound.weights is None or "model" not in type(bound.options).model_fields:
        return None
    local = (
        bound.weights.model == str(bound.weights.folder)
        or "/" in bound.weights.model[:1]
        or "~" in bound.weights.model[:1]
    )
    return f"sha256:{bound.weights.revision}" if local or bound.weights.model.startswith(".") else bound.weights.model
