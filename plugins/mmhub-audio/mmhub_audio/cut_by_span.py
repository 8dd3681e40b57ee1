"""A sound cut where columns of its row say so."""

from collections.abc import Sequence

from mmhub import Media, Segment, Segmenter, SpanOptions
from mmhub_audio.cutting import CutOptions, Stretch, cuttable


class SpanCutOptions(CutOptions, SpanOptions):
    """How exactly media are cut, and which fields say where."""


def cut_by_span(media: Media, spans: Sequence[Stretch], options: SpanCutOptions) -> list[Segment | None]:
    """Return the spans of a sound, in nanoseconds from its first sample; None where it has ended.

    Raises Undecodable.
    """
    return cuttable(media, options).pieces(spans)


CUT_BY_SPAN = Segmenter(
    name="audio/cut-by-span",
    version=1,
    modality="audio",
    summary="Cuts a sound where fields of its row say from when to when, in seconds.",
    options=SpanCutOptions,
    cut=cut_by_span,
    reads="files",
)
