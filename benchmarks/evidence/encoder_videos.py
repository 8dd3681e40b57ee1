"""Encoders of videos, alone or with all they can be compared with, and how the documentation of each class calls it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidence.encoder_parts import SPECIAL, TEXT, TOWER, WORDS, loaded, save, tokenizer
from evidence.encoder_pictures import CASES as OF_PICTURES
from evidence.encoder_trial import Case, Values
from mmhub_video.embedding_gemma import EMBEDDING_GEMMA
from mmhub_video.frames import FRAMES
from mmhub_video.pe_av import PE_AV
from mmhub_video.transformer import TRANSFORMER
from mmhub_video.xclip import XCLIP

if TYPE_CHECKING:
    import torch

_RATE_HZ = 16_000
_FRAMES = 4
_SEES = {**TOWER, "image_size": 32, "patch_size": 8}
_SQUARE = {"height": 32, "width": 32}
_MARKS = ("image", "boi", "eoi", "audio", "boa", "eoa")


def _xclip(folder: Path) -> None:
    import transformers

    sees = {
        **_SEES,
        "num_frames": _FRAMES,
        "mit_hidden_size": 16,
        "mit_intermediate_size": 32,
        "mit_num_hidden_layers": 1,
        "mit_num_attention_heads": 2,
    }
    reads = {**TEXT, "max_position_embeddings": 24}
    config = transformers.XCLIPConfig(
        text_config=reads, vision_config=sees, projection_dim=16, prompt_layers=1, prompt_num_attention_heads=2
    )
    processor = transformers.VideoMAEImageProcessorPil(size={"shortest_edge": 32}, crop_size=_SQUARE)
    save(folder, transformers.XCLIPModel(config), processor, tokenizer(24))


def _vjepa2(folder: Path) -> None:
    import transformers

    config = transformers.VJEPA2Config(
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        crop_size=32,
        patch_size=8,
        frames_per_clip=_FRAMES,
        mlp_ratio=2,
        pred_hidden_size=16,
        pred_num_attention_heads=2,
        pred_num_hidden_layers=1,
    )
    save(folder, transformers.VJEPA2Model(config), transformers.VJEPA2VideoProcessor(crop_size=_SQUARE))


def _timesformer(folder: Path) -> None:
    import transformers

    config = transformers.TimesformerConfig(**_SEES, num_frames=_FRAMES)
    processor = transformers.VideoMAEImageProcessorPil(size={"shortest_edge": 32}, crop_size=_SQUARE)
    save(folder, transformers.TimesformerModel(config), processor)


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


def _pe_av(folder: Path) -> None:
    import transformers

    encoder = {
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "head_dim": 16,
    }
    codec = {
        "model_type": "dac",
        "encoder_hidden_size": 8,
        "downsampling_ratios": [5, 8],
        "decoder_hidden_size": 16,
        "n_codebooks": 1,
        "codebook_size": 8,
        "codebook_dim": 4,
        "hidden_size": 32,
    }
    sees = {
        "model_type": "timm_wrapper",
        "architecture": "vit_tiny_patch16_224",
        "num_classes": 64,
        "model_args": {"img_size": 32, "patch_size": 8, "embed_dim": 32, "depth": 1, "num_heads": 2},
    }
    config = transformers.PeAudioVideoConfig(
        text_config={"model_type": "modernbert", **TEXT, "cls_token_id": 1, "sep_token_id": 2},
        audio_video_config={
            **encoder,
            "audio_config": {"model_type": "pe_audio_encoder", "dac_config": codec, **encoder},
            "video_config": {"model_type": "pe_video_encoder", "vision_config": sees, **encoder},
        },
    )
    extractor = transformers.PeAudioFeatureExtractor(sampling_rate=_RATE_HZ, hop_length=40)
    done = dict.fromkeys(("do_resize", "do_rescale", "do_normalize"), True)
    processor = transformers.PeVideoVideoProcessor(size=_SQUARE, image_mean=[0.5] * 3, image_std=[0.5] * 3, **done)
    save(folder, transformers.PeAudioVideoModel(config), extractor, processor, tokenizer(64))


def _xclip_videos(folder: Path, values: Values) -> "torch.Tensor":
    import torch
    import transformers

    processor, model = transformers.AutoImageProcessor.from_pretrained(folder), loaded(folder)
    inputs = (processor(list(value.frames(_FRAMES)), return_tensors="pt") for value in values)
    return torch.cat([model.get_video_features(each["pixel_values"]).pooler_output for each in inputs])


def _xclip_texts(folder: Path, values: Values) -> "torch.Tensor":
    import torch
    import transformers

    reader, model = transformers.AutoTokenizer.from_pretrained(folder), loaded(folder)
    inputs = (reader(value, truncation=True, return_tensors="pt") for value in values)
    return torch.cat([model.get_text_features(**each).pooler_output for each in inputs])


def _frame_means(folder: Path, values: Values) -> "torch.Tensor":
    """Return the mean over unit vectors of frames, each made as CLIP documents it."""
    import torch
    import transformers

    processor, model = transformers.AutoImageProcessor.from_pretrained(folder), loaded(folder)
    seen = (
        model.get_image_features(**processor(list(value.frames(_FRAMES)), return_tensors="pt")).pooler_output
        for value in values
    )
    return torch.stack([torch.nn.functional.normalize(each, dim=-1).mean(dim=0) for each in seen])


def _vision_features(folder: Path, values: Values) -> "torch.Tensor":
    import torch
    import transformers

    processor, model = transformers.AutoVideoProcessor.from_pretrained(folder), loaded(folder)
    inputs = (processor(value.frames(_FRAMES), return_tensors="pt") for value in values)
    return torch.cat([model.get_vision_features(**each).mean(dim=1) for each in inputs])


def _frame_states(folder: Path, values: Values) -> "torch.Tensor":
    import torch
    import transformers

    processor, model = transformers.AutoImageProcessor.from_pretrained(folder), loaded(folder)
    inputs = (processor(list(value.frames(_FRAMES)), return_tensors="pt") for value in values)
    return torch.cat([model(**each).last_hidden_state.mean(dim=1) for each in inputs])


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


def _pe(part: str, folder: Path, values: Values) -> "torch.Tensor":
    """Return one of the embeddings of the model's call with all three: what is asked about, and stand-ins."""
    import torch
    import transformers

    reader = transformers.AutoTokenizer.from_pretrained(folder)
    extractor = transformers.AutoFeatureExtractor.from_pretrained(folder)
    processor, model = transformers.AutoVideoProcessor.from_pretrained(folder), loaded(folder)
    found = []
    for value in values:
        text = reader(value if isinstance(value, str) else "a", truncation=True, return_tensors="pt")
        sound = value.at(_RATE_HZ) if hasattr(value, "at") else torch.zeros(_RATE_HZ // 4).numpy()
        heard = extractor(sound, sampling_rate=_RATE_HZ, return_tensors="pt")
        frames = value.frames(_FRAMES) if hasattr(value, "frames") else torch.zeros(_FRAMES, 32, 32, 3).byte().numpy()
        seen = processor(frames, return_tensors="pt", do_sample_frames=False)
        found.append(getattr(model(**text, **heard, **seen), part))
    return torch.cat(found)


_CLIP = next(case for case in OF_PICTURES if case.name == "clip")

CASES = (
    Case("xclip", XCLIP, "video", _xclip, _xclip_videos),
    Case("xclip-text", XCLIP, "text", _xclip, _xclip_texts),
    Case("vjepa2", TRANSFORMER, "video", _vjepa2, _vision_features),
    Case("timesformer", TRANSFORMER, "video", _timesformer, _frame_states),
    Case("frames", FRAMES, "video", _CLIP.save, _frame_means, {"frames": _FRAMES}),
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
    Case("pe-av-audio", PE_AV, "audio", _pe_av, partial(_pe, "audio_embeds")),
    Case("pe-av-video", PE_AV, "video", _pe_av, partial(_pe, "video_embeds"), {"frames": _FRAMES}),
    Case("pe-av-text", PE_AV, "text", _pe_av, partial(_pe, "text_audio_embeds")),
    Case("pe-av-text-video", PE_AV, "text", _pe_av, partial(_pe, "text_video_embeds"), {"texts": "video"}),
)
