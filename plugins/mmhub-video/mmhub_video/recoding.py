"""Spans of a video coded anew, so that they begin and end at any frame and sample."""

import io
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import av
import numpy as np

from mmhub import Media
from mmhub_audio.container import frames, opened
from mmhub_audio.copying import REPEATABLE, Intervals
from mmhub_video.clock import JITTER_NS, SECOND
from mmhub_video.decode import moving
from mmhub_video.trust import Span

_PICTURES, _SOUND, _SAMPLES = "libx264", "alac", "s16p"
_QUALITY = {"crf": "16", "preset": "veryfast"}
"""So little is lost that it is hard to see; sound is coded without any loss beyond 16 bits."""


def recoded(media: Media, spans: Sequence[Span]) -> list[bytes | None]:
    """Return, for each of some spans in order of time, an MP4 of the pictures that begin meanwhile, and of the sound.

    The file is decoded once for all of them. None stands for a span without a picture. Raises Undecodable.
    """
    with opened(media, kind="video") as source:
        pictures = moving(source)
        base: Fraction = pictures.time_base
        times = [(span.start * base, span.end * base) for span in spans if span.end is not None]
        files = [_Recoding(start, end, pictures, source.streams.audio[:1]) for start, end in times]
        holding = Intervals(times).holding
        overlapping = Intervals(times).overlapping
        hearing = _Hearing()
        for frame in frames(source, [pictures, *source.streams.audio[:1]]):
            if frame.pts is None:
                continue
            if isinstance(frame, av.AudioFrame):
                first = hearing.first_of(frame)
                start, end = (Fraction(at, frame.sample_rate) for at in (first, first + frame.samples))
                for n in overlapping(start, end):
                    files[n].add_sound(frame, first)
            else:
                for n in holding(frame.pts * frame.time_base):
                    files[n].add_picture(frame)
        return [file.data() for file in files]


class _Hearing:
    """Numbers the samples of a sound on the clock of the file: where they follow each other, they are counted."""

    def __init__(self) -> None:
        self._next: int | None = None

    def first_of(self, frame: Any) -> int:
        """Return the number of the first sample of the next frame."""
        first: int = round(frame.pts * frame.time_base * frame.sample_rate)
        if self._next is not None and abs(first - self._next) * SECOND <= JITTER_NS * frame.sample_rate:
            first = self._next
        self._next = first + frame.samples
        return first


class _Recoding:
    """A file that is coded to memory, on a clock that begins with its span."""

    def __init__(self, start: Fraction, end: Fraction, pictures: Any, sounds: Sequence[Any]) -> None:
        self._start, self._end = start, end
        self._rate = pictures.average_rate or 25
        self._sounds = sounds
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
        image.pts = frame.pts - round(self._start / frame.time_base)
        image.time_base, image.pict_type = before[1], 0
        self._target.mux(self._picture.encode(image))
        frame.pts, frame.time_base, frame.pict_type = before

    def add_sound(self, frame: Any, at: int) -> None:
        """Code what is heard within the span of a frame of sound whose first sample is number ``at``."""
        rate = frame.sample_rate
        start, end = (round(each * rate) for each in (self._start, self._end))
        first, stop = max(0, start - at), min(frame.samples, end - at)
        if first >= stop:
            return
        part = _part(frame, first, stop)
        part.pts, part.time_base = at + first - start, Fraction(1, rate)
        self._waiting.append(part)

    def _open(self, image: Any) -> None:
        self._target = av.open(self._buffer, "w", format="mp4", options=REPEATABLE)
        self._picture = self._target.add_stream(_PICTURES, rate=self._rate, options=_QUALITY)
        # with several threads, what comes out depends on how many the machine has
        self._picture.codec_context.thread_count = 1
        self._picture.width, self._picture.height = image.width, image.height
        even = image.width % 2 == 0 and image.height % 2 == 0
        self._picture.pix_fmt = "yuv420p" if even else "yuv444p"
        for stream in self._sounds:
            self._sound = self._target.add_stream(_SOUND, rate=stream.rate, layout=_layout(stream.layout))
            self._sound.codec_context.format = _SAMPLES

    def data(self) -> bytes | None:
        """Return the file once all frames are in it, or None where there is no picture."""
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
    turns = round(frame.rotation / 90) % 4
    if not turns:
        return frame
    return av.VideoFrame.from_ndarray(
        np.ascontiguousarray(np.rot90(frame.to_ndarray(format="rgb24"), turns)), format="rgb24"
    )


def _layout(layout: Any) -> str:
    """Return the name of a layout; some files say only how many channels there are."""
    return {1: "mono", 2: "stereo"}.get(layout.nb_channels) or str(layout.name)


def _part(frame: Any, first: int, stop: int) -> av.AudioFrame:
    """Return some samples of a frame."""
    held = frame.to_ndarray()
    channels = 1 if frame.format.is_planar else frame.layout.nb_channels
    part: Any = np.ascontiguousarray(held[:, first * channels : stop * channels])
    made = av.AudioFrame.from_ndarray(part, format=frame.format.name, layout=_layout(frame.layout))
    made.sample_rate = frame.sample_rate
    return made
