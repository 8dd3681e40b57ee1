"""Videos and a small model made on the spot, and the real samples where they are at hand."""

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

ROOT = Path(__file__).parents[3]

# What makes films is a module on the path: tests import it as they do libraries.
sys.path.insert(0, str(Path(__file__).parent / "films"))


@pytest.fixture(scope="session")
def samples() -> Path:
    folder = Path(os.environ.get("MMHUB_SAMPLES", ROOT / "../shared/data"))
    if not folder.is_dir():
        pytest.skip(f"no real samples in {folder}: name their folder in MMHUB_SAMPLES")
    return folder


def video_of(
    count: int = 40,
    *,
    size: tuple[int, int] = (96, 64),
    format: str = "mp4",
    codec: str = "mpeg4",
    rate_hz: int = 20,
    sound: str | None = "aac",
) -> bytes:
    """Return a video whose frames brighten from black to white, with a left half of red."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=format) as container:
        picture = container.add_stream(codec, rate=rate_hz, options={"qscale": "2"})
        picture.width, picture.height, picture.pix_fmt = *size, "yuv420p"
        track = container.add_stream(sound, rate=48_000, layout="mono") if sound else None
        if track:
            container.mux(track.encode(tone(count / rate_hz)))
        for number in range(count):
            container.mux(picture.encode(shade(number / max(1, count - 1), size)))
        container.mux(picture.encode(None))
        if track:
            container.mux(track.encode(None))
    return buffer.getvalue()


def shade(level: float, size: tuple[int, int]) -> av.VideoFrame:
    pixels = np.full((size[1], size[0], 3), round(255 * level), np.uint8)
    pixels[:, : size[0] // 2] = (200, 0, 0)
    return av.VideoFrame.from_ndarray(pixels, format="rgb24")


def tone(seconds: float) -> av.AudioFrame:
    samples = np.sin(np.arange(round(seconds * 48_000)) / 20).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
    frame.sample_rate = 48_000
    return frame


@pytest.fixture(name="video_of")
def video_maker() -> Callable[..., bytes]:
    return video_of


def save_clip(folder: Path) -> Path:
    """Save a small CLIP model of random weights in a folder, and return the folder."""
    import torch
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers

    torch.manual_seed(0)
    small = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48}
    config = transformers.CLIPConfig(
        vision_config={**small, "image_size": 32, "patch_size": 8},
        text_config={**small, "vocab_size": 16, "eos_token_id": 2, "bos_token_id": 1, "pad_token_id": 1},
        projection_dim=24,
    )
    transformers.CLIPModel(config).save_pretrained(folder)
    transformers.CLIPImageProcessor(size={"shortest_edge": 32}, crop_size=32).save_pretrained(folder)
    words = {"<unk>": 0, "<pad>": 1, "</s>": 2, "a": 3, "red": 4, "half": 5}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", model_max_length=77
    ).save_pretrained(folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Holds a small CLIP model of random weights."""
    return save_clip(tmp_path)
