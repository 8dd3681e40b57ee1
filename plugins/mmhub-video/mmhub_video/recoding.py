"""Spans of a video coded anew, so that they begin and end at any frame and sample."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from mmhub import Media
from mmhub_audio.container import frames, opened
from mmhub_audio.copying import REPEATABLE, Intervals
from mmhub_audio.sound import NS_PER_SECOND
from mmhub_video.clock import JITTER_NS
from mmhub_video.decode import moving
from mmhub_video.trust import Span

if TYPE_CHECKING:
    import av

_PICTURES, _SOUND, _SAMPLES = "libx264", "alac", "s16p"
_QUALITY = {"crf": "16", "preset": "veryfast", "x264-params": "cpu-independent=1"}
"""So little is lost that it is hard to see; sound is coded without any loss beyond 16 bits.

Without `cpu-independent` the bytes depend on the processor, and on where in memory a picture lies.
"""


@dataclass(frozen=True)
class Tracks:
    """What files are coded with: pictures per second, and the rate and layout of the sound, where there is one."""

    pictures_hz: Fraction
    sound: tuple[int, str] | None

    @classmethod
    def of(cls, source: Any) -> "Tracks":
        """Return what the spans of an open video are coded with."""
        sounds = [(stream.rate, _layout(stream.layout)) for stream in source.streams.audio[:1]]
        return cls(moving(source).average_rate or Fraction(25), next(iter(sounds), None))


def recoded(media: Media, spans: Sequence[Span]) -> list[bytes | None]:
    """Return, for each of some spans in order of time, an MP4 of the pictures that begin meanwhile, and of the sound.

    The file is decoded once for all of them. None stands for a span without a picture. Raises Undecodable.
    """
    import av

    with opened(media, kind="video") as source:
        pictures = moving(source)
        base: Fraction = pictures.time_base
        times = [(span.start * base, span.end * base) for span in spans if span.end is not None]
        tracks = Tracks.of(source)
        files = [Recoding(start, tracks) for start, _ in times]
        holding = Intervals(times).holding
        overlapping = Intervals(times).overlapping
        hearing = Hearing()
        for frame in frames(source, [pictures, *source.streams.audio[:1]]):
            if frame.pts is None:
                continue
            if isinstance(frame, av.AudioFrame):
                first = hearing.first_of(frame)
                start, end = (Fraction(at, frame.sample_rate) for at in (first, first + frame.samples))
                for n in overlapping(start, end):
                    files[n].add_sound(frame, first, end=times[n][1])
            else:
                for n in holding(frame.pts * frame.time_base):
                    files[n].add_picture(frame)
        return [file.data() for file in files]


class Hearing:
    """Numbers the samples of a sound on the clock of the file: where they follow each other, they are counted."""

    def __init__(self) -> None:
        self._next: int | None = None

    def first_of(self, frame: Any) -> int:
        """Return the number of the first sample of the next frame."""
        first: int = round(frame.pts * frame.time_base * frame.sample_rate)
        if self._next is not None and abs(first - self._next) * NS_PER_SECOND <= JITTER_NS * frame.sample_rate:
            first = self._next
        self._next = first + frame.samples
        return first


class Recoding:
    """A file that is coded to memory, on a clock that begins at ``start`` seconds of the parent."""

    def __init__(self, start: Fraction, tracks: Tracks) -> None:
        self.start = start
        self._tracks = tracks
        self._buffer = io.BytesIO()
        self._target: Any = None
        self._picture: Any = None
        self._sound: Any = None
        self._waiting: list[av.AudioFrame] = []

    def add_picture(self, frame: Any) -> None:
        """Code a picture, turned as it is to be shown, and leave it as it is."""
        before = (frame.pts, frame.time_base, frame.pict_type)
        image = _upright(frame)
        if self._target is None:
            self._open(image)
        image.pts = frame.pts - round(self.start / frame.time_base)
        image.time_base, image.pict_type = before[1], 0
        self._target.mux(self._picture.encode(image))
        frame.pts, frame.time_base, frame.pict_type = before

    def add_sound(self, frame: Any, at: int, *, end: Fraction) -> None:
        """Code what is heard up to ``end`` of a frame of sound whose first sample is number ``at``."""
        rate = frame.sample_rate
        start, last = (round(each * rate) for each in (self.start, end))
        first, stop = max(0, start - at), min(frame.samples, last - at)
        if first >= stop:
            return
        part = _part(frame, first, stop)
        part.pts, part.time_base = at + first - start, Fraction(1, rate)
        self._waiting.append(part)

    def _open(self, image: Any) -> None:
        import av

        self._target = av.open(self._buffer, "w", format="mp4", options=REPEATABLE)
        self._picture = self._target.add_stream(_PICTURES, rate=self._tracks.pictures_hz, options=_QUALITY)
        # with several threads, what comes out depends on how many the machine has
        self._picture.codec_context.thread_count = 1
        self._picture.width, self._picture.height = image.width, image.height
        even = image.width % 2 == 0 and image.height % 2 == 0
        self._picture.pix_fmt = "yuv420p" if even else "yuv444p"
        if self._tracks.sound:
            rate, layout = self._tracks.sound
            self._sound = self._target.add_stream(_SOUND, rate=rate, layout=layout)
            self._sound.codec_context.format = _SAMPLES

    def data(self) -> bytes | None:
        """Return the file once all frames are in it, or None where there is no picture."""
        import av

        if self._target is None:
            return None
        self._target.mux(self._picture.encode(None))
        if self._sound is not None:
            resampler = av.AudioResampler(_SAMPLES, self._sound.layout, self._sound.rate)
            for part in (*self._waiting, None):
                for frame in resampler.resample(part):
                    self._target.mux(self._sound.encode(frame))
            self._target.mux(self._sound.encode(None))
        self._target.close()
        return self._buffer.getvalue()


def _upright(frame: Any) -> Any:
    import av

    turns = round(frame.rotation / 90) % 4
    if not turns:
        return frame
    return av.VideoFrame.from_ndarray(
        np.ascontiguousarray(np.rot90(frame.to_ndarray(format="rgb24"), turns)), format="rgb24"
    )


def _layout(layout: Any) -> str:
    """Return the name of a layout; some files say only how many channels there are."""
    return {1: "mono", 2: "stereo"}.get(layout.nb_channels) or str(layout.name)


def _part(frame: Any, first: int, stop: int) -> "av.AudioFrame":
    """Return some samples of a frame."""
    import av

    held = frame.to_ndarray()
    channels = 1 if frame.format.is_planar else frame.layout.nb_channels
    part: Any = np.ascontiguousarray(held[:, first * channels : stop * channels])
    made = av.AudioFrame.from_ndarray(part, format=frame.format.name, layout=_layout(frame.layout))
    made.sample_rate = frame.sample_rate
    return made
