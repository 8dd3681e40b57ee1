"""The rows that an embedding finds alike."""

from typing import Any

import numpy as np

from mmhub.pages.opened import Opened
from mmhub.pages.spared import of_lost
from mmhub.pages.vectors import embeddings, joined, of_units, pieces

_NEAREST = 6


def neighbours(opened: Opened, units: np.ndarray, *, public: bool = False) -> dict[int, list[dict[str, Any]]]:
    """Return, by unit, the nearest kept rows by the cosine of each embedding; units without a vector have none."""
    found: dict[int, list[dict[str, Any]]] = {int(unit): [] for unit in units}
    for name in embeddings(opened):
        held = of_units(opened, name, units)
        mine, vectors = held if public else joined([held, of_lost(opened, name, units)])
        if not len(mine):
            continue
        places, cosines = _nearest(opened, name, _unit(vectors))
        for number, unit in enumerate(mine.tolist()):
            others = [n for n in range(places.shape[1]) if places[number, n] not in (unit, -1)][:_NEAREST]
            rows = [_named(opened, int(places[number, n]), float(cosines[number, n])) for n in others]
            if rows:
                found[unit].append({"embedding": name, "rows": rows})
    return found


def _named(opened: Opened, unit: int, cosine: float) -> dict[str, Any]:
    return {"unit": unit, "row_id": opened.ledger_rows_of(unit, ["row_id"])["row_id"], "cosine": round(cosine, 4)}


def _nearest(opened: Opened, name: str, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest units of each of ``vectors`` float32[n, dim], int64[n, 7], -1 for none, and cosines."""
    best = np.full((len(vectors), _NEAREST + 1), -np.inf, np.float32)
    places = np.full(best.shape, -1, np.int64)
    for units, some in pieces(opened, name):
        lengths = np.maximum(np.linalg.norm(some, axis=1), 1e-12)
        likeness = np.concatenate([best, vectors @ some.T / lengths], axis=1)
        candidates = np.concatenate([places, np.broadcast_to(units, (len(vectors), len(units)))], axis=1)
        order = np.argpartition(-likeness, min(_NEAREST, likeness.shape[1] - 1), axis=1)[:, : _NEAREST + 1]
        best, places = (np.take_along_axis(each, order, axis=1) for each in (likeness, candidates))
    order = np.argsort(-best, axis=1, kind="stable")
    return np.take_along_axis(places, order, axis=1), np.take_along_axis(best, order, axis=1)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))
