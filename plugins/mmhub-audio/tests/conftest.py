"""Sounds and small models made on the spot, and the real samples where they are at hand."""

import io
import os
from collections.abc import Callable
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


WAVEFORM = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "conv_dim": (16, 16),
    "conv_stride": (20, 16),
    "conv_kernel": (20, 16),
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 2,
    "num_feat_extract_layers": 2,
}


def save_tokenizer(folder: Path) -> None:
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    words = ["<s>", "<pad>", "</s>", "<unk>", *["a", "dog", "barks", "in", "the", "rain", "while", "bells", "ring"]]
    tokenizer = Tokenizer(models.WordLevel({word: place for place, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", model_max_length=62
    ).save_pretrained(folder)


def save_clap(folder: Path, *, fusion: bool = False) -> Path:
    import torch
    import transformers

    torch.manual_seed(0)
    audio = {
        "num_mel_bins": 64,
        "spec_size": 64,
        "patch_size": 8,
        "patch_stride": [8, 4],
        "patch_embeds_hidden_size": 16,
        "depths": [2, 2],
        "num_attention_heads": [2, 2],
        "window_size": 4,
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "projection_dim": 24,
        "enable_fusion": fusion,
    }
    text = {
        "vocab_size": 32,
        "hidden_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 32,
        "max_position_embeddings": 64,
        "projection_dim": 24,
    }
    config = transformers.ClapConfig(audio_config=audio, text_config=text, projection_dim=24)
    transformers.ClapModel(config).save_pretrained(folder)
    transformers.ClapFeatureExtractor(
        sampling_rate=16_000,
        max_length_s=2,
        hop_length=512,
        frequency_max=8_000,
        truncation="fusion" if fusion else "rand_trunc",
    ).save_pretrained(folder)
    save_tokenizer(folder)
    return folder


def save_waveform(folder: Path, kind: str, norm: str) -> Path:
    import torch
    import transformers

    torch.manual_seed(0)
    config = getattr(transformers, f"{kind}Config")(**WAVEFORM, feat_extract_norm=norm)
    getattr(transformers, f"{kind}Model")(config).save_pretrained(folder)
    transformers.Wav2Vec2FeatureExtractor(return_attention_mask=norm == "layer").save_pretrained(folder)
    return folder


@pytest.fixture
def clap_in() -> Callable[..., Path]:
    """Saves a small CLAP model of random weights in a folder; it hears two seconds at 16 kHz."""
    return save_clap


@pytest.fixture
def waveform_in() -> Callable[..., Path]:
    """Saves a small wav2vec 2.0, WavLM or HuBERT model of random weights in a folder."""
    return save_waveform
