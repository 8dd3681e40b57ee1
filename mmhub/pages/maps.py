"""Embeddings as points in two dimensions."""

from importlib.util import find_spec
from typing import Any

import numpy as np
import pyarrow as pa

from mmhub.blocks import ABSENT
from mmhub.pages.numbers import is_label, plain
from mmhub.pages.opened import Coded, Opened
from mmhub.pages.spared import of_lost
from mmhub.pages.vectors import embeddings, joined, of_units

METHODS = ("pca", "umap")
_LABELS = 20
"""More colours than these nobody tells apart."""
_NEIGHBOURS = 15


def methods() -> list[str]:
    """Return how a map can be made: PCA always, UMAP where `umap-learn` is installed."""
    return [name for name in METHODS if name != "umap" or find_spec("umap") is not None]


def mapped(opened: Opened, embedding: str, *, method: str = "pca", points: int, public: bool = False) -> dict[str, Any]:
    """Return rows as points that are near where their vectors are, with what they can be coloured by.

    Of more rows than ``points`` those are taken that stand at equal distances; a ``public`` map shows kept ones alone.
    Raises KeyError for an embedding the version does not have.
    """
    about = embeddings(opened)[embedding]
    rows = np.sort(opened.tables.places) if public else np.arange(len(opened.units))
    some = rows[np.linspace(0, len(rows) - 1, min(points, len(rows))).astype(np.int64)]
    held = of_units(opened, embedding, some)
    units, vectors = held if public else joined([held, of_lost(opened, embedding, some)])
    places, share = _umap(vectors) if method == "umap" else principal(vectors)
    # UMAP has no place for a point that is like no other.
    found = np.isfinite(places).all(axis=1)
    units, places = units[found], places[found]
    return {
        "embedding": embedding,
        "about": about,
        "method": method,
        "of": len(rows),
        "kept": int(opened.kept[units].sum()),
        "without": len(some) - len(units),
        "share": plain(share),
        "x": [plain(round(float(each), 5)) for each in places[:, 0]],
        "y": [plain(round(float(each), 5)) for each in places[:, 1]],
        "units": units.tolist(),
        "ids": opened.units["row_id"].take(units).to_pylist(),
        "colours": _colours(opened, units),
    }


def principal(vectors: np.ndarray) -> tuple[np.ndarray, float | None]:
    """Return the first two principal components of float32[n, dim], float64[n, 2], and their share of the variance."""
    if len(vectors) < 2:
        return np.zeros((len(vectors), 2)), None
    centred = vectors - vectors.mean(axis=0, dtype=np.float64)
    values, axes = np.linalg.eigh(centred.T @ centred)
    # An axis has no direction: the largest part points up, so that a map looks the same each time.
    first = axes[:, ::-1][:, :2]
    first = first * np.sign(first[np.abs(first).argmax(axis=0), np.arange(first.shape[1])])
    places = np.zeros((len(vectors), 2))
    places[:, : first.shape[1]] = centred @ first
    whole = float(values.clip(0).sum())
    return places, float(values[::-1][:2].sum()) / whole if whole else None


def _umap(vectors: np.ndarray) -> tuple[np.ndarray, float | None]:
    """Return a layout that keeps neighbours together (McInnes et al., 2018), the same each time.

    Points that are fewer than the neighbours it asks about have none, and are laid out by principal components.
    """
    if len(vectors) <= _NEIGHBOURS:
        return principal(vectors)
    import umap

    layout = umap.UMAP(n_components=2, n_neighbors=_NEIGHBOURS, metric="cosine", random_state=0, n_jobs=1)
    return np.asarray(layout.fit_transform(vectors)), None


def _colours(opened: Opened, units: np.ndarray) -> dict[str, dict[str, Any]]:
    """Return, by name, the labels that points have: fate and reason, the split, whom they repeat, fields and facts."""
    columns = {name: opened.units[name].take(units) for name in ("fate", "reason", "split")}
    columns |= {f"cluster: {name.partition(':')[2]}": opened.units[name].take(units) for name in opened.clusters}
    places = pa.array(opened.places[units], mask=opened.places[units] == ABSENT)
    for name, field in opened.fields.items():
        if (
            opened.kinds[name] == "text"
            and field["modality"] == "string"
            and not field["many"]
            and name in opened.tables.kept.column_names
        ):
            columns[name] = opened.tables.kept[name].take(places)
    for column in opened.rules.columns:
        kind = opened.units.schema.field(column).type
        if is_label(kind) and kind == "string":
            columns[column] = opened.units[column].take(units)
    found = {name: _coded(column) for name, column in columns.items()}
    return {name: each for name, each in found.items() if len(each["labels"]) > 1}


def _coded(column: Any) -> dict[str, Any]:
    """Return labels as numbers; the rarest share one."""
    coded = Coded.of(column.cast("string"))
    counts = np.bincount(coded.codes, minlength=len(coded.labels))
    order = np.argsort(-counts, kind="stable")
    if len(order) > _LABELS and len(order) > len(coded.codes) // 2:
        return {"labels": [], "codes": []}
    rank = np.minimum(np.argsort(order), _LABELS)
    labels = [coded.labels[n] or "(none)" for n in order[:_LABELS]]
    return {"labels": [*labels, "others"] if len(order) > _LABELS else labels, "codes": rank[coded.codes].tolist()}
