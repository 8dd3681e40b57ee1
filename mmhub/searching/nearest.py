"""The rows nearest to a query by the cosine of the angle, exactly."""

from collections.abc import Iterable

import numpy as np

from mmhub.searching.hit import Hit
from mmhub.searching.pieces import Piece


def nearest(several: Iterable[Piece], query: np.ndarray, top: int) -> list[Hit]:
    """Return the ``top`` rows nearest to ``query`` float32[dim], the nearest first, ties in the order of row_id.

    Of a row that has several vectors the nearest counts. Memory does not grow with the number of rows.
    """
    best: list[Hit] = []
    for piece in several:
        if len(piece):
            floor = best[-1].cosine if len(best) == top else -np.inf
            best = sorted([*best, *_hits(piece, query, top, floor)], key=lambda hit: (-hit.cosine, hit.row_id))[:top]
    return best


def cosines(vectors: np.ndarray, query: np.ndarray) -> np.ndarray:
    """Return the cosines of float32[n, dim] with ``query`` float32[dim] as float32[n]; of zeros they are 0.

    What a vector gets does not depend on where it stands, as it does in a product of matrices, so that equal
    vectors tie.
    """
    lengths = np.sqrt(np.einsum("nd,nd->n", vectors, vectors)) * np.float32(np.linalg.norm(query))
    found = np.einsum("nd,d->n", vectors, query) / np.maximum(lengths, np.float32(1e-12))
    return np.asarray(found.clip(-1, 1))


def _hits(piece: Piece, query: np.ndarray, top: int, floor: float) -> Iterable[Hit]:
    """Yield the rows of a piece that are among its ``top``, ties included, and as near as ``floor``."""
    scores = cosines(piece.vectors, query)
    starts = np.flatnonzero(np.diff(piece.rows, prepend=-1))
    highest = np.maximum.reduceat(scores, starts)
    if len(highest) > top:
        floor = max(floor, float(np.partition(highest, -top)[-top]))
    ends = np.append(starts[1:], len(scores))
    for n in np.flatnonzero(highest >= floor).tolist():
        at = starts[n] + int(scores[starts[n] : ends[n]].argmax())
        row = piece.batch.slice(int(piece.rows[at]), 1)
        yield Hit(row["row_id"][0].as_py(), float(scores[at]), piece.split, int(piece.places[at]), row)
