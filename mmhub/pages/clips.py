"""The first seconds of sounds and films, small enough to go with a page."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

SIDE = 200
"""The longer side of what is shown, in pixels."""
_SOUND_HZ, _SOUND_SECONDS, _SOUND_BITS = 24_000, 6.0, 32_000
_FILM_HZ, _FILM_SECONDS, _FILM_BITS = 12, 3.0, 90_000
_TICKS_HZ = 1_000_000
"""What the length of a container is counted in."""


@dataclass(frozen=True)
class Sound:
    """The first seconds of a sound, mono."""

    data: bytes

    @cached_property
    def samples(self) -> np.ndarray:
        """Samples float32[n] at 24 kHz."""
        return np.concatenate([np.zeros(0, np.float32), *self._pieces()])

    @cached_property
    def seconds(self) -> float | None:
        """How long the whole file is, as it says itself."""
        with _opened(self.data) as container:
            return round(container.duration / _TICKS_HZ, 3) if container.duration else None

    @property
    def is_there(self) -> bool:
        """Whether the file has a sound; a film need not."""
        with _opened(self.data) as container:
            return bool(container.streams.audio)

    @property
    def clip(self) -> bytes:
        """The samples as MP3."""
        import av

        sink = io.BytesIO()
        with av.open(sink, "w", format="mp3") as container:
            stream = container.add_stream("libmp3lame", rate=_SOUND_HZ, layout="mono", bit_rate=_SOUND_BITS)
            _write_sound(container, stream, self.samples)
        return sink.getvalue()

    def _pieces(self) -> Iterator[np.ndarray]:
        import av

        left = int(_SOUND_SECONDS * _SOUND_HZ)
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=_SOUND_HZ)
        with _opened(self.data) as container:
            for frame in container.decode(audio=0):
                for made in resampler.resample(frame):
                    piece = made.to_ndarray()[0][:left]
                    left -= len(piece)
                    yield piece
                if left <= 0:
                    return
            for made in resampler.resample(None):
                yield made.to_ndarray()[0][:left]


def first_frames(data: bytes) -> list[Any]:
    """Return the frames of the first seconds of a film, small, twelve a second."""
    frames: list[Any] = []
    with _opened(data) as container:
        start = None
        for frame in container.decode(container.streams.video[0]):
            start = frame.time if start is None else start
            if frame.time is None or frame.time - start > _FILM_SECONDS:
                break
            if frame.time - start >= len(frames) / _FILM_HZ:
                frames.append(_reduced(frame))
    return frames


def film(frames: list[Any], sound: np.ndarray) -> bytes:
    """Return frames, and the sound that goes with them, as a short film."""
    import av

    sink = io.BytesIO()
    with av.open(sink, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=_FILM_HZ, options={"preset": "veryfast", "profile": "high"})
        stream.width, stream.height, stream.pix_fmt = frames[0].width, frames[0].height, "yuv420p"
        stream.bit_rate = _FILM_BITS
        track = container.add_stream("aac", rate=_SOUND_HZ, layout="mono", bit_rate=_SOUND_BITS) if len(sound) else None
        for number, frame in enumerate(frames):
            frame.pts, frame.time_base = number, Fraction(1, _FILM_HZ)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if track is not None:
            _write_sound(container, track, sound[: int(len(frames) / _FILM_HZ * _SOUND_HZ)])
    return sink.getvalue()


def _write_sound(container: Any, stream: Any, samples: np.ndarray) -> None:
    import av

    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1).astype(np.float32), format="fltp", layout="mono")
    frame.sample_rate, frame.pts = _SOUND_HZ, 0
    container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _reduced(frame: Any) -> Any:
    scale = min(1.0, SIDE / max(frame.width, frame.height))
    # The encoder takes even sides alone.
    width, height = (max(2, int(side * scale) // 2 * 2) for side in (frame.width, frame.height))
    small = frame.reformat(width, height, "yuv420p")
    small.pict_type = 0
    return small


def _opened(data: bytes) -> Any:
    import av

    return av.open(io.BytesIO(data))
