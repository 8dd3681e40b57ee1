"""Sounds and videos cut by the cues of their subtitles, each piece with its cue and its text."""

from collections.abc import Sequence
from dataclasses import replace

from pydantic import Field

from mmhub import Media, Segment, Segmenter
from mmhub_audio.cutting import CutOptions, Stretch, cuttable
from mmhub_audio.sound import NS_PER_SECOND
from mmhub_speech.cue import Cue
from mmhub_speech.rolling import unrolled
from mmhub_speech.subtitles import Subtitles, encode
from mmhub_video.cutting import Film


class CueCutOptions(CutOptions):
    """How much belongs to a cue."""

    margin_seconds: float = Field(default=0.0, ge=0.0)
    """How much earlier a piece begins than its cue, and how much later it ends."""


def cut_sound(media: Media, subtitles: Subtitles | None, text: str | None, options: CueCutOptions) -> list[Segment]:
    """Return a piece of a sound for each cue, its subtitles, and its text; none without subtitles.

    Captions that roll are told once. A cue that begins when the sound has ended makes no piece. Raises Undecodable.
    """
    if subtitles is None:
        return []
    sound = cuttable(media, options)
    cues = unrolled(subtitles.cues)
    return _together(sound.pieces(_stretches(cues, options)), cues, subtitles)


def cut_video(media: Media, subtitles: Subtitles | None, text: str | None, options: CueCutOptions) -> list[Segment]:
    """Return a piece of a video for each cue, its subtitles, and its text, as `cut_sound` does for sounds."""
    if subtitles is None:
        return []
    film = Film(media)
    cues = unrolled(subtitles.cues)
    return _together(film.pieces(_stretches(cues, options), exact=options.exact), cues, subtitles)


def _stretches(cues: Sequence[Cue], options: CueCutOptions) -> list[Stretch]:
    margin = round(options.margin_seconds * NS_PER_SECOND)
    return [(max(0, cue.start_ns - margin), cue.end_ns + margin) for cue in cues]


def _together(pieces: Sequence[Segment | None], cues: Sequence[Cue], subtitles: Subtitles) -> list[Segment]:
    """Return pieces of media with what is said in each; the subtitles are on the clock of the piece."""
    return [
        replace(piece, beside=(encode(replace(subtitles, cues=(_moved(cue, piece),))), cue.text))
        for piece, cue in zip(pieces, cues, strict=True)
        if piece is not None
    ]


def _moved(cue: Cue, piece: Segment) -> Cue:
    start, end = (min(max(at, piece.start), piece.end) - piece.start for at in (cue.start_ns, cue.end_ns))
    return replace(cue, start_ns=start, end_ns=end)


_BESIDE = ("subtitles", "text")
_SUMMARY = "Cuts a {} by the cues of its subtitles: each piece has its cue, and its text in a field of texts."

CUT_SOUND = Segmenter(
    name="audio/cut-by-cue",
    version=1,
    modality="audio",
    summary=_SUMMARY.format("sound"),
    options=CueCutOptions,
    cut=cut_sound,
    reads="files",
    beside=_BESIDE,
)
CUT_VIDEO = Segmenter(
    name="video/cut-by-cue",
    version=2,
    modality="video",
    summary=_SUMMARY.format("video"),
    options=CueCutOptions,
    cut=cut_video,
    reads="files",
    beside=_BESIDE,
)
