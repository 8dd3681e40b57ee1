"""Alignment any two fields can have whose vectors one model made: how alike they are, and how unlike chance."""

from collections.abc import Iterable

from mmhub.alignment.similarity import FACTS, SimilarityOptions, overall, similarity
from mmhub.hookspecs import hookimpl
from mmhub.operators import Aligner, Rule


@hookimpl
def mmhub_aligners() -> Iterable[Aligner]:
    """Offer the alignment of two fields by the vectors of a joint model."""
    yield Aligner(
        name="align/similarity",
        version=2,
        modalities=(),
        summary="How well two fields fit each other, by the vectors one joint model (CLIP, CLAP) made of both.",
        reads="vectors",
        options=SimilarityOptions,
        facts=FACTS,
        measure=similarity,
        score="similarity",
        overall=overall,
        rules=(
            Rule(fact="similarity", relative="robust", at_least=-4.0, reason="mismatched"),
            Rule(fact="false_keep", at_most=0.05, reason="unrelated", on=False),
            Rule(fact="margin", at_most=0.0, reason="swapped", on=False),
        ),
    )
