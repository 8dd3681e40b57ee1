"""Sounds and small models made on the spot, and the real samples where they are at hand."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from evidence import encoder_sounds
from mmhub import Media
from mmhub_audio import Sound

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def samples() -> Path:
    folder = Path(os.environ.get("MMHUB_SAMPLES", ROOT / "../shared/data"))
    if not folder.is_dir():
        pytest.skip(f"no real samples in {folder}: name their folder in MMHUB_SAMPLES")
    return folder


def tone(seconds: float = 1.0, *, rate_hz: int = 16_000, hertz: float = 440.0, peak: float = 0.5) -> np.ndarray:
    return (peak * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate_hz)) / rate_hz)).astype(np.float32)


def sound_of(samples: np.ndarray, *, rate_hz: int = 16_000) -> Sound:
    return Sound(media=Media(data=b""), raw=np.atleast_2d(samples), rate_hz=rate_hz, codec="pcm_f32le", container="wav")


def file_of(samples: np.ndarray, *, format: str, codec: str, rate_hz: int = 16_000) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=format) as container:
        stream = container.add_stream(codec, rate=rate_hz, layout="mono")
        frame = av.AudioFrame.from_ndarray((samples[None] * 32767).astype(np.int16), format="s16", layout="mono")
        frame.sample_rate = rate_hz
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return buffer.getvalue()


@pytest.fixture(name="tone")
def tone_maker() -> Callable[..., np.ndarray]:
    return tone


@pytest.fixture(name="sound_of")
def sound_maker() -> Callable[..., Sound]:
    return sound_of


@pytest.fixture(name="file_of")
def file_maker() -> Callable[..., bytes]:
    return file_of


def save_clap(folder: Path, *, fusion: bool = False) -> Path:
    import torch

    torch.manual_seed(0)
    encoder_sounds.clap(folder, fusion=fusion)
    return folder


def save_waveform(folder: Path, kind: str, norm: str) -> Path:
    import torch

    torch.manual_seed(0)
    encoder_sounds.waveform(kind, norm, folder)
    return folder


@pytest.fixture
def clap_in() -> Callable[..., Path]:
    """Saves a small CLAP model of random weights in a folder; it hears two seconds at 16 kHz."""
    return save_clap


@pytest.fixture
def waveform_in() -> Callable[..., Path]:
    """Saves a small wav2vec 2.0, WavLM or HuBERT model of random weights in a folder."""
    return save_waveform
