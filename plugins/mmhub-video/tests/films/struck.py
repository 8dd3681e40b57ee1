"""Films in which squares light up while a click is heard, with any timestamps."""

import io
from collections.abc import Sequence
from fractions import Fraction

import av
import numpy as np

RATE_HZ = 48_000
_SIZE = (96, 64)
_MS = Fraction(1, 1000)


def struck(
    shown_ms: Sequence[int],
    hits_ms: Sequence[int],
    *,
    late_ms: int = 0,
    begins_ms: int = 0,
    format: str = "matroska",
    codec: str = "mpeg4",
    sound: str = "pcm_s16le",
    gap_ms: tuple[int, int] = (0, 0),
) -> bytes:
    """Return a film with frames at ``shown_ms``, in which what lights up at ``hits_ms`` is heard ``late_ms`` later.

    The stream of sound has its first sample at ``begins_ms``. From ``gap_ms[0]`` on, its samples are stamped
    ``gap_ms[1]`` later.
    """
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=format) as container:
        pictures = container.add_stream(codec, rate=25, options={"bf": "2"} if codec == "libx264" else {"qscale": "2"})
        pictures.width, pictures.height, pictures.pix_fmt = *_SIZE, "yuv420p"
        if format == "matroska":
            pictures.codec_context.time_base = _MS
        track = container.add_stream(sound, rate=RATE_HZ, layout="mono")
        packets = []
        for frame in _frames(shown_ms, hits_ms):
            packets += pictures.encode(frame)
        packets += pictures.encode(None)
        heard = _clicks(max(shown_ms) - begins_ms, [hit + late_ms - begins_ms for hit in hits_ms])
        for frame in _pieces(heard, begins_ms, gap_ms):
            packets += track.encode(frame)
        packets += track.encode(None)
        container.mux(sorted(packets, key=lambda packet: packet.dts * packet.time_base))
    return buffer.getvalue()


def _frames(shown_ms: Sequence[int], hits_ms: Sequence[int]) -> list[av.VideoFrame]:
    frames = []
    for shown in shown_ms:
        pixels = np.full((_SIZE[1], _SIZE[0], 3), 40, np.uint8)
        if any(0 <= shown - hit < 120 for hit in hits_ms):
            pixels[16:48, 32:64] = 220
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
        frame.pts, frame.time_base = shown, _MS
        frames.append(frame)
    return frames


def _clicks(length_ms: int, at_ms: Sequence[int]) -> np.ndarray:
    samples = np.random.default_rng(0).normal(0, 0.002, length_ms * RATE_HZ // 1000)
    click = 0.5 * np.sin(np.arange(2400) / 6) * np.exp(-np.arange(2400) / 600)
    for at in at_ms:
        start = at * RATE_HZ // 1000
        if 0 <= start < len(samples) - len(click):
            samples[start : start + len(click)] += click
    return samples


def _pieces(samples: np.ndarray, begins_ms: int, gap_ms: tuple[int, int]) -> list[av.AudioFrame]:
    """Return frames of 1,024 samples, as AAC takes them."""
    frames = []
    for start in range(0, len(samples) - 1023, 1024):
        piece = np.rint(samples[start : start + 1024] * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(piece[None], format="s16", layout="mono")
        later = gap_ms[1] if start * 1000 // RATE_HZ >= gap_ms[0] else 0
        frame.sample_rate, frame.time_base = RATE_HZ, Fraction(1, RATE_HZ)
        frame.pts = start + (begins_ms + later) * RATE_HZ // 1000
        frames.append(frame)
    return frames
