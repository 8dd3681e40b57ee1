"""Real sounds, decoded once, and what is planted into them: codecs, gain, noise, rooms, cuts."""

import functools
import io
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from mmhub import Media
from mmhub_audio import Sound, decode
from mmhub_audio.resample import resample

_FOLDERS = ("sounds", "speech", "vggsound/audio")
_SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".opus")
LOSSLESS = ("wav", "flac")


@dataclass(frozen=True)
class Codec:
    """A way to encode: FFmpeg's container and encoder, bits per second, the one rate it takes, if it is one."""

    container: str
    encoder: str
    bit_rate: int = 0
    rate_hz: int = 0
    channels: int = 1


CODECS = {
    "wav": Codec("wav", "pcm_s16le"),
    "flac": Codec("flac", "flac"),
    "mp3": Codec("mp3", "libmp3lame", 64_000),
    "mp3-high": Codec("mp3", "libmp3lame", 192_000),
    "ogg": Codec("ogg", "vorbis", 96_000, 44_100, channels=2),
    "opus": Codec("ogg", "libopus", 24_000, 48_000),
    "opus-high": Codec("ogg", "libopus", 128_000, 48_000),
    "aac": Codec("adts", "aac", 48_000, 44_100),
    "m4a": Codec("ipod", "aac", 96_000, 44_100),
}


@functools.cache
def real_sounds(samples: Path) -> dict[str, Sound]:
    """Return all sounds by their paths within the folder, in order."""
    paths = sorted(path for folder in _FOLDERS for path in (samples / folder).rglob("*") if path.suffix in _SUFFIXES)
    return {str(path.relative_to(samples)): decode(Media(path=str(path))) for path in paths}


def made(samples: np.ndarray, rate_hz: int, *, container: str = "wav") -> Sound:
    """Return a sound of 16-bit samples, from floats [n] or [channels, n]; what exceeds full scale is cut off."""
    whole = np.rint(np.clip(np.atleast_2d(samples) * 2.0**15, -(2.0**15), 2.0**15 - 1)).astype(np.int16)
    return Sound(media=Media(data=b""), raw=whole, rate_hz=rate_hz, codec="pcm_s16le", container=container)


def encoded(sound: Sound, codec: Codec) -> bytes:
    """Return a file of the sound's mono mix, in as many channels as the codec takes."""
    rate_hz = codec.rate_hz or sound.rate_hz
    whole = np.rint(np.clip(sound.at(rate_hz), -1.0, 1.0) * 32_767).astype(np.int16)
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=codec.container) as container:
        layout = "stereo" if codec.channels == 2 else "mono"
        # FFmpeg calls its own encoder of Vorbis experimental
        stream = container.add_stream(codec.encoder, rate=rate_hz, layout=layout, options={"strict": "experimental"})
        if codec.bit_rate:
            stream.bit_rate = codec.bit_rate
        frame = av.AudioFrame.from_ndarray(np.repeat(whole, codec.channels)[None], format="s16", layout=layout)
        frame.sample_rate = rate_hz
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return buffer.getvalue()


def reencoded(sound: Sound, codec: Codec) -> Sound:
    """Return what is left of a sound's mono mix after a codec."""
    return decode(Media(data=encoded(sound, codec)))


def louder(sound: Sound, decibels: float) -> Sound:
    """Return the mono mix with a gain, at most up to full scale."""
    gain = min(10.0 ** (decibels / 20.0), 0.999 / max(float(np.abs(sound.mono).max()), 1e-9))
    return made(sound.mono * gain, sound.rate_hz)


def noise(n: int, rng: np.random.Generator, *, slope: float = 0.0) -> np.ndarray:
    """Return Gaussian noise of power one, whose amplitude falls with frequency to the power of ``slope``."""
    spectrum = np.fft.rfft(rng.normal(size=n))
    spectrum /= np.maximum(np.arange(len(spectrum)), 1.0) ** slope
    spectrum[0] = 0.0
    found = np.fft.irfft(spectrum, n)
    return np.asarray(found / np.sqrt(np.mean(found**2)))


def with_noise(samples: np.ndarray, added: np.ndarray, snr_db: float) -> np.ndarray:
    """Return samples with noise that lies ``snr_db`` under their mean power, at half of full scale at most."""
    scale = np.sqrt(np.mean(np.square(samples)) / np.mean(np.square(added)) / 10.0 ** (snr_db / 10.0))
    mixed = samples + scale * added
    return np.asarray(mixed * min(1.0, 0.5 / np.abs(mixed).max()))


def room(rate_hz: int, rt60_seconds: float, direct_db: float, rng: np.random.Generator) -> np.ndarray:
    """Return an impulse response: a direct sound, and noise that decays by 60 dB in ``rt60_seconds`` (Polack 1988).

    ``direct_db`` is the energy of the direct sound over that of the rest.
    """
    time = np.arange(round(1.2 * rt60_seconds * rate_hz)) / rate_hz
    tail = rng.normal(size=len(time)) * 10.0 ** (-3.0 * time / rt60_seconds)
    tail[: round(0.002 * rate_hz)] = 0.0
    tail *= 10.0 ** (-direct_db / 20.0) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return np.asarray(tail)


def resampled(sound: Sound, rate_hz: int) -> Sound:
    """Return the mono mix at another rate, turned down where it would exceed full scale."""
    found = resample(sound.mono, sound.rate_hz, rate_hz)
    return made(found * min(1.0, 0.98 / max(float(np.abs(found).max()), 1e-9)), rate_hz)
