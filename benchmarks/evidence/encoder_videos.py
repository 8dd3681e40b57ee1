"""Encoders of videos, and how the documentation of each class calls it; and those of videos and all else."""

from pathlib import Path
from typing import TYPE_CHECKING

from evidence.encoder_embedding_gemma import CASES as OF_EMBEDDING_GEMMA
from evidence.encoder_parts import TEXT, TOWER, loaded, save, tokenizer
from evidence.encoder_pe_av import CASES as OF_PE_AV
from evidence.encoder_pictures import CASES as OF_PICTURES
from evidence.encoder_reading import text_features
from evidence.encoder_trial import Case, Values
from mmhub_video.frames import FRAMES
from mmhub_video.transformer import TRANSFORMER
from mmhub_video.xclip import XCLIP

if TYPE_CHECKING:
    import torch

_FRAMES = 4
_SEES = {**TOWER, "image_size": 32, "patch_size": 8}
_SQUARE = {"height": 32, "width": 32}


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


def _xclip_videos(folder: Path, values: Values) -> "torch.Tensor":
    import torch
    import transformers

    processor, model = transformers.AutoImageProcessor.from_pretrained(folder), loaded(folder)
    inputs = (processor(list(value.frames(_FRAMES)), return_tensors="pt") for value in values)
    return torch.cat([model.get_video_features(each["pixel_values"]).pooler_output for each in inputs])


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


_CLIP = next(case for case in OF_PICTURES if case.name == "clip")

CASES = (
    Case("xclip", XCLIP, "video", _xclip, _xclip_videos),
    Case("xclip-text", XCLIP, "text", _xclip, text_features),
    Case("vjepa2", TRANSFORMER, "video", _vjepa2, _vision_features),
    Case("timesformer", TRANSFORMER, "video", _timesformer, _frame_states),
    Case("frames", FRAMES, "video", _CLIP.save, _frame_means, {"frames": _FRAMES}),
    *OF_EMBEDDING_GEMMA,
    *OF_PE_AV,
)
