"""A video cut where columns of its row say so."""

from collections.abc import Sequence

from mmhub import Media, Segment, Segmenter
from mmhub_audio.cut_by_span import SpanCutOptions
from mmhub_audio.cutting import Stretch
from mmhub_video.cutting import Film


def cut_by_span(media: Media, spans: Sequence[Stretch], options: SpanCutOptions) -> list[Segment | None]:
    """Return the spans of a video, in nanoseconds on the clock of the file; None where it has ended.

    Raises Undecodable.
    """
    return Film(media).pieces(spans, exact=options.exact)


CUT_BY_SPAN = Segmenter(
    name="video/cut-by-span",
    version=1,
    modality="video",
    summary="Cuts a video where fields of its row say from when to when, in seconds.",
    options=SpanCutOptions,
    cut=cut_by_span,
    reads="files",
)
