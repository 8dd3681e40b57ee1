"""The good spans of a damaged video, cut out without coding anything anew."""

from fractions import Fraction

from pydantic import Field

from mmhub import Media, Options, Segment, Segmenter, Undecodable
from mmhub_audio.packets import salvaged
from mmhub_audio.sound import NS_PER_SECOND
from mmhub_video.decode import decode, moving
from mmhub_video.footage import Footage, examine
from mmhub_video.remux import remuxed
from mmhub_video.tails import CODECS
from mmhub_video.trust import Span, spans

_SILENT = (*CODECS, "av1")
"""Codecs whose decoders hardly ever complain."""


class SalvageOptions(Options):
    """What can be trusted of a damaged video."""

    shortest_seconds: float = Field(default=0.2, ge=0.0)
    """Shorter spans are left out."""
    oddest: float = Field(default=1.0, gt=0.0)
    """How far a good frame of a damaged video may stand out by change along the sides of blocks; see `video/seams`."""
    oddest_decoded: float = Field(default=4.0, gt=0.0)
    """The same of a file of which all decodes; half of it for VP8, VP9 and AV1, whose decoders hardly complain."""


def salvage(media: Media, options: SalvageOptions) -> list[Segment]:
    """Return the spans of a damaged video that can be trusted, each a file; none of one that is whole.

    Spans begin with a picture that stands alone, and end before the first that is suspect. They are of the same
    codecs and come with their sound, unless that is damaged.
    Raises Undecodable where nothing of it can be read, or trusted.
    """
    with salvaged(media) as container:
        pictures = moving(container)
        footage = examine(container, pictures)
        ticks: Fraction = pictures.time_base
        silent = pictures.codec_context.name in _SILENT
    if not _is_damaged(footage, options.oddest_decoded / (2 if silent else 1)) and _decodes(media):
        return []
    found = []
    for span in spans(footage.judged(oddest=options.oddest)):
        start, end = _nanoseconds(span, footage, ticks)
        if end - start >= options.shortest_seconds * NS_PER_SECOND and (data := _file(media, span)):
            found.append(Segment(start, end, data))
    if not found:
        raise Undecodable("damaged", "no span of it can be trusted")
    return found


def _is_damaged(footage: Footage, oddest: float) -> bool:
    return any(each.wrong for each in footage.judged(oddest=oddest))


def _nanoseconds(span: Span, footage: Footage, ticks: Fraction) -> tuple[int, int]:
    """Return when a span starts and ends; the end of the video is when its last picture is shown."""
    last = max(each.pts for each in footage.pictures)
    start, end = (round(at * ticks * NS_PER_SECOND) for at in (span.start, last if span.end is None else span.end))
    return start, end


def _file(media: Media, span: Span) -> bytes | None:
    """Return the file of a span, with its sound if that decodes, or None if it does not decode at all."""
    made = (remuxed(media, [span], sound=sound)[0] for sound in (True, False))
    return next((data for data in made if data and _decodes(Media(data=data))), None)


def _decodes(media: Media) -> bool:
    try:
        decode(media)
    except Undecodable:
        return False
    return True


SALVAGE = Segmenter(
    name="video/salvage",
    version=1,
    modality="video",
    summary="Cuts what can be trusted out of a damaged video, without coding it anew; a sound one stays as it is.",
    options=SalvageOptions,
    cut=salvage,
    reads="files",
)
