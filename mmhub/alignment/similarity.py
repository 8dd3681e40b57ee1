"""The cosine of two vectors that one model made, and what it is worth among those of mismatched pairs."""

from collections.abc import Mapping

import numpy as np
from pydantic import Field

from mmhub.alignment.null import Null, calibrated, null_of
from mmhub.alignment.pooling import Pooling
from mmhub.alignment.swaps import swaps
from mmhub.operators import Columns, Fact, Overall, PairOptions, Pairs

FACTS = (
    Fact(name="similarity", dtype="float32", summary="Cosine of the two vectors, -1 to 1."),
    Fact(
        name="percentile", dtype="float32", over="dataset", summary="Share of mismatched pairs that fit worse, 0 to 1."
    ),
    Fact(
        name="false_keep",
        dtype="float32",
        over="dataset",
        summary="Expected share of mismatched pairs that fit as well, 0 to 1.",
    ),
    Fact(
        name="better",
        dtype="string",
        over="dataset",
        summary="The row whose other value this one fits better than its own, where that is probably a swap.",
    ),
    Fact(
        name="margin",
        dtype="float32",
        over="dataset",
        summary="By how much better it fits that row, in standard deviations of mismatched pairs.",
    ),
    Fact(name="mutual", dtype="bool", over="dataset", summary="Whether that row's value fits better here, in turn."),
)


class SimilarityOptions(PairOptions):
    """How well two fields fit, and what that is compared with."""

    seed: int = Field(default=0, ge=0)
    """What pairs are shuffled by to find out how well mismatched ones fit."""


def similarity(lefts: np.ndarray, rights: np.ndarray, options: SimilarityOptions) -> Columns:
    """Return the cosine of the angle between float32[n, dim] vectors of two fields, row by row, from -1 to 1."""
    lengths = np.linalg.norm(lefts, axis=1) * np.linalg.norm(rights, axis=1)
    return {"similarity": np.einsum("nd,nd->n", lefts, rights) / np.maximum(lengths, 1e-12)}


def overall(pairs: Pairs, scores: np.ndarray, options: SimilarityOptions) -> Overall:
    """Return what the scores, float32 per subject, are worth among those of mismatched pairs, and probable swaps."""
    how: Pooling = "best" if options.pooling == "best" else "mean"
    null = null_of(pairs, how, options.seed)
    found = calibrated(scores, null)
    columns: dict[str, list[object]] = {name: _absent_as_none(values) for name, values in found.items()}
    swapped = swaps(pairs, how, scores, found["false_keep"], null, options.seed)
    for name in ("better", "margin", "mutual"):
        columns[name] = [None] * len(scores)
    names = pairs.names(swapped.better)
    for n, subject in enumerate(swapped.subjects.tolist()):
        columns["better"][subject] = names[n]
        columns["margin"][subject] = float(swapped.margin[n])
        columns["mutual"][subject] = bool(swapped.mutual[n])
    return Overall(columns, _about(null, options.seed))


def _absent_as_none(values: np.ndarray) -> list[object]:
    return [None if np.isnan(value) else value for value in values.tolist()]


def _about(null: Null, seed: int) -> Mapping[str, object]:
    """Return the calibration as plain data, rounded: the last bits of a score are no property of a dataset."""
    quantiles = {f"{share:g}": round(null.quantile(share), 4) for share in (0.5, 0.9, 0.95, 0.99, 0.999)}
    return {"pairs": len(null.scores), "rows": null.rows, "seed": seed, "quantiles": quantiles if null.rows else {}}
