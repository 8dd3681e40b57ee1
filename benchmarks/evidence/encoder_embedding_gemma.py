"""EmbeddingGemma 2, which reads texts, pictures, sounds and videos, and how its documentation calls it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidence.encoder_parts import SPECIAL, TEXT, WORDS, loaded, save, tokenizer
from evidence.encoder_trial import Case, Values
from mmhub_video.embedding_gemma import EMBEDDING_GEMMA

if TYPE_CHECKING:
    import torch

_RATE_HZ = 16_000
_FRAMES = 4
_MARKS = ("image", "boi", "eoi", "audio", "boa", "eoa")


def _embedding_gemma(folder: Path) -> None:
    import transformers

    marks = [f"<{mark}>" for mark in _MARKS]
    words = [*SPECIAL, *marks, "<|video|>", *WORDS[len(SPECIAL) :]]
    ids = {mark: words.index(f"<{mark}>") for mark in _MARKS}
    reader = tokenizer(256, words=words, extra_special_tokens={f"{mark}_token": f"<{mark}>" for mark in _MARKS})
    reader.add_special_tokens({"additional_special_tokens": [*marks, "<|video|>"]})
    cut = {"patch_size": 4, "max_soft_tokens": 70, "pooling_kernel_size": 2}
    processor = transformers.EmbeddingGemma2Processor(
        transformers.Gemma4AudioFeatureExtractor(),
        transformers.Gemma4ImageProcessorPil(**cut),
        reader,
        transformers.EmbeddingGemma2VideoProcessor(**cut),
    )
    config = transformers.EmbeddingGemma2Config(
        text_config={**_gemma_text(), "vocab_size": len(words)},
        vision_config=_gemma_vision(),
        audio_config=_gemma_audio(),
        image_token_id=ids["image"],
        boi_token_id=ids["boi"],
        eoi_token_id=ids["eoi"],
        audio_token_id=ids["audio"],
        boa_token_id=ids["boa"],
        eoa_token_index=ids["eoa"],
        video_token_id=words.index("<|video|>"),
    )
    save(folder, transformers.EmbeddingGemma2Model(config), processor)


def _gemma_text() -> dict[str, Any]:
    return {
        **TEXT,
        "num_key_value_heads": 1,
        "head_dim": 16,
        "global_head_dim": 16,
        "num_global_key_value_heads": 1,
        "hidden_size_per_layer_input": 8,
        "embedding_dim": 24,
        "sliding_window": 8,
        "sliding_window_pattern": 2,
        "max_position_embeddings": 512,
    }


def _gemma_vision() -> dict[str, Any]:
    return {
        "model_type": "gemma4_vision",
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "patch_size": 4,
        "pooling_kernel_size": 2,
        "position_embedding_size": 64,
    }


def _gemma_audio() -> dict[str, Any]:
    return {
        "model_type": "gemma4_audio",
        "hidden_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "output_proj_dims": 32,
        "subsampling_conv_channels": [128, 4],
    }


def _gemma(read: "Callable[[Any], dict[str, Any]]", folder: Path, values: Values) -> "torch.Tensor":
    """Return the mean of the last states for what the model's processor makes of each value."""
    import torch
    import transformers

    processor, model = transformers.AutoProcessor.from_pretrained(folder), loaded(folder)
    found = []
    for value in values:
        inputs = processor(**read(value), return_tensors="pt")
        inputs.pop("video_metadata", None)
        found.append(model(**inputs).last_hidden_state.mean(dim=1))
    return torch.cat(found)


def _as_text(value: str) -> dict[str, Any]:
    return {"text": [value]}


def _as_image(value: Any) -> dict[str, Any]:
    return {"images": [value.colours]}


def _as_audio(value: Any) -> dict[str, Any]:
    return {"audio": [value.at(_RATE_HZ)]}


def _as_video(value: Any) -> dict[str, Any]:
    return {"videos": [value.frames(_FRAMES)], "do_sample_frames": False}


CASES = (
    Case("embedding-gemma-text", EMBEDDING_GEMMA, "text", _embedding_gemma, partial(_gemma, _as_text)),
    Case("embedding-gemma-image", EMBEDDING_GEMMA, "image", _embedding_gemma, partial(_gemma, _as_image)),
    Case("embedding-gemma-audio", EMBEDDING_GEMMA, "audio", _embedding_gemma, partial(_gemma, _as_audio)),
    Case(
        "embedding-gemma-video",
        EMBEDDING_GEMMA,
        "video",
        _embedding_gemma,
        partial(_gemma, _as_video),
        {"frames": _FRAMES},
    ),
)
