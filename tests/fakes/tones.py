"""Sounds of one frequency, as files."""

import wave
from pathlib import Path

import numpy as np

RATE_HZ = 16_000


def write_tone(path: Path, hertz: float, seconds: float = 0.5) -> None:
    """Write a tone as a WAV file of 16 bits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    times = np.arange(round(RATE_HZ * seconds)) / RATE_HZ
    samples = (8000 * np.sin(2 * np.pi * hertz * times)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())
