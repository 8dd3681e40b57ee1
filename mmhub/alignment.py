"""Alignment any two fields can have whose vectors one model made: how alike they are."""

from collections.abc import Iterable, Mapping

import numpy as np

from mmhub.hookspecs import hookimpl
from mmhub.operators import Aligner, Fact, Options, Rule


def similarity(lefts: np.ndarray, rights: np.ndarray, options: Options) -> Mapping[str, np.ndarray]:
    """Return the cosine of the angle between float32[n, dim] vectors of two fields, row by row, from -1 to 1."""
    lengths = np.linalg.norm(lefts, axis=1) * np.linalg.norm(rights, axis=1)
    return {"similarity": np.einsum("nd,nd->n", lefts, rights) / np.maximum(lengths, 1e-12)}


@hookimpl
def mmhub_aligners() -> Iterable[Aligner]:
    """Offer the alignment of two fields by the vectors of a joint model."""
    yield Aligner(
        name="align/similarity",
        version=1,
        modalities=(),
        summary="How well two fields fit each other, by the vectors one joint model (CLIP, CLAP) made of both.",
        reads="vectors",
        facts=(Fact(name="similarity", dtype="float32", summary="Cosine of the two vectors, -1 to 1."),),
        measure=similarity,
        rules=(Rule(fact="similarity", relative="robust", at_least=-4.0, reason="mismatched"),),
    )
