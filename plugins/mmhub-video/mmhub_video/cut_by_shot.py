"""A video cut where one shot ends and the next begins."""

from itertools import pairwise

from pydantic import Field

from mmhub import Media, Segment, Segmenter
from mmhub_audio.container import opened
from mmhub_audio.cutting import CutOptions
from mmhub_audio.sound import NS_PER_SECOND
from mmhub_video.clip import Clip
from mmhub_video.cutting import Film
from mmhub_video.decode import decode
from mmhub_video.recoding import Tracks
from mmhub_video.shot_recoding import ShotRecoding
from mmhub_video.shots import ShotsOptions, cuts


class ShotCutOptions(CutOptions, ShotsOptions):
    """What counts as a change of shot, and which shots are worth a row."""

    least_seconds: float = Field(default=0.0, ge=0.0)
    """Shots that are shorter are left out."""


def cut_by_shot(media: Media, options: ShotCutOptions) -> list[Segment]:
    """Return the shots of a video, in nanoseconds on the clock of the file. It is decoded once. Raises Undecodable."""
    if options.exact:
        return _exact(media, options)
    clip = decode(media)
    film = Film(media)
    # A frame is shown within a millisecond of its time in seconds.
    starts = [_nearest(clip, film.start_ns + round(at * NS_PER_SECOND)) for at in cuts(clip, options)]
    shots = pairwise([film.start_ns, *starts, film.end_ns])
    some = [(start, end) for start, end in shots if end - start >= options.least_seconds * NS_PER_SECOND]
    return [each for each in film.pieces(some, exact=False) if each is not None]


def _exact(media: Media, options: ShotCutOptions) -> list[Segment]:
    with opened(media, kind="video") as source:
        recoding = ShotRecoding(Tracks.of(source), options)
    film = Film(media)
    decode(media, witness=recoding.see)
    return recoding.pieces(film.end, least_seconds=options.least_seconds)


def _nearest(clip: Clip, at_ns: int) -> int:
    return int(clip.shown_ns[abs(clip.shown_ns - at_ns).argmin()])


CUT_BY_SHOT = Segmenter(
    name="video/cut-by-shot",
    version=2,
    modality="video",
    summary="Cuts a video where one shot ends and the next begins.",
    options=ShotCutOptions,
    cut=cut_by_shot,
    reads="files",
)
