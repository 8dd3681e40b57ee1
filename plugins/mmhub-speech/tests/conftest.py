"""Speech and cues made on the spot, a small CTC model, and the real samples where they are at hand."""

import io
import json
import os
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from mmhub import Media
from mmhub_audio import Sound

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def samples() -> Path:
    folder = Path(os.environ.get("MMHUB_SAMPLES", ROOT / "../shared/data"))
    if not folder.is_dir():
        pytest.skip(f"no real samples in {folder}: name their folder in MMHUB_SAMPLES")
    return folder


def noise(seconds: float, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0.0, 0.05, round(16_000 * seconds)).astype(np.float32)


def sound(samples: np.ndarray) -> Sound:
    return Sound(media=Media(data=b""), raw=samples[None], rate_hz=16_000, codec="pcm_f32le", container="wav")


def wav(samples: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((samples * 32_767).astype("<i2").tobytes())
    return buffer.getvalue()


def video(samples: np.ndarray) -> bytes:
    """A video of ten grey pictures a second with a sound, float[n] at 16 kHz."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="matroska") as container:
        picture = container.add_stream("mpeg4", rate=10, width=32, height=32, pix_fmt="yuv420p")
        track = container.add_stream("pcm_s16le", rate=16_000, layout="mono")
        for _ in range(len(samples) // 1_600):
            frame = av.VideoFrame.from_ndarray(np.full((32, 32, 3), 90, np.uint8), format="rgb24")
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        sound = av.AudioFrame.from_ndarray((samples[None] * 32_767).astype("<i2"), format="s16", layout="mono")
        sound.sample_rate = 16_000
        container.mux([*track.encode(sound), *track.encode(None)])
    return buffer.getvalue()


@pytest.fixture(scope="session")
def ctc(tmp_path_factory) -> Path:
    """A small wav2vec 2.0 with random weights, which tells the letters a to z and an apostrophe."""
    import torch
    import transformers

    folder = tmp_path_factory.mktemp("ctc")
    torch.manual_seed(0)
    config = transformers.Wav2Vec2Config(
        vocab_size=30,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=48,
        conv_dim=(16, 16),
        conv_stride=(20, 16),
        conv_kernel=(20, 16),
        num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=2,
        num_feat_extract_layers=2,
        pad_token_id=0,
    )
    transformers.Wav2Vec2ForCTC(config).save_pretrained(folder)
    transformers.Wav2Vec2FeatureExtractor().save_pretrained(folder)
    letters = ["<pad>", "<unk>", "|", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "'"]
    (folder / "vocab.json").write_text(json.dumps({letter: place for place, letter in enumerate(letters)}))
    return folder
