"""Films in which what happens is seen and heard, coded in many ways, with the sound late by what is asked for."""

import io
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np

_SOUND_HZ = 48_000
_SIZE = (160, 120)
_SECONDS = 8.0
_FRAME = 1024


@dataclass(frozen=True)
class Coding:
    """How a film is coded, and how many frames a second it has."""

    container: str
    pictures: str
    sound: str
    rate_hz: int


CODINGS = (
    Coding("mp4", "libx264", "aac", 12),
    Coding("webm", "libvpx", "libopus", 15),
    Coding("mp4", "libx264", "aac", 24),
    Coding("matroska", "mpeg4", "pcm_s16le", 25),
    Coding("mpegts", "mpeg2video", "mp2", 25),
    Coding("webm", "libvpx", "libopus", 30),
    Coding("matroska", "libx264", "flac", 50),
    Coding("mp4", "libx264", "aac", 60),
)
SIGHTS = ("flash", "jump", "strike")
"""A light that goes on, a thing that is elsewhere at once, a thing that comes fast and stops."""


def film(rng: np.random.Generator, coding: Coding, sight: str, late_seconds: float) -> bytes:
    """Return a film of eight seconds in which some ten things happen, each heard ``late_seconds`` later."""
    hits = np.cumsum(rng.uniform(0.35, 1.1, 30))
    hits = hits[hits < _SECONDS - 0.3]
    ground = cv2.GaussianBlur(rng.uniform(30, 100, _SIZE[::-1]), (0, 0), 2.0)
    drift_hz = float(rng.choice([0.0, 12.0]))
    samples = _clicks(rng, hits + late_seconds)
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=coding.container) as container:
        pictures = container.add_stream(coding.pictures, rate=coding.rate_hz, options=_settings(coding.pictures))
        pictures.width, pictures.height, pictures.pix_fmt = *_SIZE, "yuv420p"
        pictures.codec_context.thread_count = 1
        track = container.add_stream(coding.sound, rate=_SOUND_HZ, layout="mono")
        packets = _sound_packets(track, samples)
        for number in range(int(_SECONDS * coding.rate_hz)):
            at = number / coding.rate_hz
            grey = _seen(np.roll(ground, round(drift_hz * at), axis=1), sight, at, hits)
            grey = np.clip(grey + rng.normal(0, 2.0, grey.shape), 0, 255).astype(np.uint8)
            packets += pictures.encode(av.VideoFrame.from_ndarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)))
        packets += pictures.encode(None)
        container.mux(sorted(packets, key=lambda packet: packet.dts * packet.time_base))
    return buffer.getvalue()


def _seen(ground: np.ndarray, sight: str, at: float, hits: np.ndarray) -> np.ndarray:
    """Draw what is seen at a time, into a copy of the ground."""
    picture, since = ground.copy(), at - hits
    count = int((since >= 0).sum())
    if sight == "flash":
        if ((since >= 0) & (since < 0.15)).any():
            cv2.circle(picture, (80, 60), 25, 230.0, -1)
    elif sight == "jump":
        left = 20 + count * 37 % (_SIZE[0] - 50)
        cv2.rectangle(picture, (left, 40), (left + 25, 80), 200.0, -1)
    else:
        until = float(-since[count]) if count < len(hits) else 1.0
        height = 95 - round(60 * min(1.0, until / 0.12)) if until < 0.3 else 95
        cv2.circle(picture, (80, height), 12, 220.0, -1)
    return picture


def _clicks(rng: np.random.Generator, at_seconds: np.ndarray) -> np.ndarray:
    samples = rng.normal(0, 0.003, int(_SECONDS * _SOUND_HZ))
    times = np.arange(int(0.12 * _SOUND_HZ)) / _SOUND_HZ
    for at in at_seconds:
        click = 0.5 * np.sin(2 * np.pi * rng.uniform(400, 1500) * times) * np.exp(-times / 0.04)
        start = round(at * _SOUND_HZ)
        first, last = max(0, start), min(len(samples), start + len(click))
        if first < last:
            samples[first:last] += click[first - start : last - start]
    return samples


def _sound_packets(track: Any, samples: np.ndarray) -> list[Any]:
    """Return the coded sound, stamped so that what an encoder puts before it is not counted."""
    size = track.codec_context.frame_size or _FRAME
    kind = track.codec_context.format.name
    packets: list[Any] = []
    for start in range(0, len(samples) - size + 1, size):
        piece = samples[start : start + size]
        whole = piece.astype(np.float32) if kind.startswith("flt") else np.rint(piece * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(whole[None], format=kind, layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = _SOUND_HZ, Fraction(1, _SOUND_HZ), start
        packets += track.encode(frame)
    return packets + list(track.encode(None))


def _settings(codec: str) -> dict[str, str]:
    if codec == "libx264":
        return {"preset": "ultrafast", "bf": "2"}
    return {"deadline": "realtime", "cpu-used": "8"} if codec == "libvpx" else {"b": "800k"}
