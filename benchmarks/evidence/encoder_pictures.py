"""Encoders of pictures, alone or with texts, and how the documentation of each class calls it."""

from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING

from evidence.encoder_parts import TEXT, TOWER, loaded, save, tokenizer
from evidence.encoder_reading import Call, read_texts, text_features
from evidence.encoder_trial import Case, Values
from mmhub_image.blip import BLIP
from mmhub_image.clip import CLIP
from mmhub_image.siglip import SIGLIP
from mmhub_image.transformer import TRANSFORMER

if TYPE_CHECKING:
    import torch

_LONGEST = 24
_READS = {**TEXT, "max_position_embeddings": _LONGEST}
_SEES = {**TOWER, "image_size": 32, "patch_size": 8}
_SQUARE = {"height": 32, "width": 32}


def _clip(folder: Path) -> None:
    import transformers

    config = transformers.CLIPConfig(text_config=_READS, vision_config=_SEES, projection_dim=16)
    processor = transformers.CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size=_SQUARE)
    save(folder, transformers.CLIPModel(config), processor, tokenizer(_LONGEST))


def _siglip(folder: Path) -> None:
    import transformers

    config = transformers.SiglipConfig(text_config=_READS, vision_config=_SEES)
    processor = transformers.SiglipImageProcessorPil(size=_SQUARE)
    save(folder, transformers.SiglipModel(config), processor, tokenizer(_LONGEST, model_input_names=["input_ids"]))


def _naflex(folder: Path) -> None:
    import transformers

    config = transformers.Siglip2Config(text_config=_READS, vision_config={**TOWER, "patch_size": 4, "num_patches": 16})
    processor = transformers.Siglip2ImageProcessorPil(patch_size=4, max_num_patches=40)
    letters = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "▁", *ascii_lowercase]
    reader = transformers.Siglip2Tokenizer(
        vocab={letter: n for n, letter in enumerate(letters)},
        model_max_length=_LONGEST,
        model_input_names=["input_ids"],
        padding_side="right",
    )
    save(folder, transformers.Siglip2Model(config), processor, reader)


def _blip(folder: Path) -> None:
    import transformers

    config = transformers.BlipConfig(
        text_config={**_READS, "encoder_hidden_size": 32, "sep_token_id": 2},
        vision_config=_SEES,
        image_text_hidden_size=16,
    )
    model = transformers.BlipForImageTextRetrieval(config)
    save(folder, model, transformers.BlipImageProcessorPil(size=_SQUARE), tokenizer(_LONGEST))


def _vit(folder: Path) -> None:
    import transformers

    save(
        folder, transformers.ViTModel(transformers.ViTConfig(**_SEES)), transformers.ViTImageProcessorPil(size=_SQUARE)
    )


def _resnet(folder: Path) -> None:
    import transformers

    config = transformers.ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic")
    processor = transformers.ConvNextImageProcessorPil(size={"shortest_edge": 64}, crop_pct=0.875)
    save(folder, transformers.ResNetModel(config), processor)


def _dinov2(folder: Path) -> None:
    import transformers

    config = transformers.Dinov2Config(**{**_SEES, "image_size": 28, "patch_size": 14})
    crop = {"height": 28, "width": 28}
    processor = transformers.BitImageProcessorPil(size={"shortest_edge": 40}, crop_size=crop)
    save(folder, transformers.Dinov2Model(config), processor)


def _dinov3(folder: Path) -> None:
    import transformers

    config = transformers.DINOv3ViTConfig(**_SEES, num_register_tokens=2)
    save(folder, transformers.DINOv3ViTModel(config), transformers.DINOv3ViTImageProcessor(size=_SQUARE))


def _seen(folder: Path, values: Values, call: Call, *, kind: str = "AutoModel") -> "torch.Tensor":
    """Return what ``call`` makes of a model and what its processor gives it of each picture."""
    import torch
    import transformers

    processor, model = transformers.AutoImageProcessor.from_pretrained(folder), loaded(folder, kind)
    inputs = (processor(value.colours, return_tensors="pt") for value in values)
    return torch.cat([call(model, each) for each in inputs])


def _image_features(folder: Path, values: Values) -> "torch.Tensor":
    return _seen(folder, values, lambda model, inputs: model.get_image_features(**inputs).pooler_output)


def _first_state(folder: Path, values: Values) -> "torch.Tensor":
    return _seen(folder, values, lambda model, inputs: model(**inputs).last_hidden_state[:, 0])


def _pooled(folder: Path, values: Values) -> "torch.Tensor":
    return _seen(folder, values, lambda model, inputs: model(**inputs).pooler_output.flatten(1))


def _padded_features(folder: Path, values: Values) -> "torch.Tensor":
    """Return what SigLIP documents: texts padded to the full length, as it was trained."""
    return read_texts(
        folder, values, lambda model, inputs: model.get_text_features(**inputs).pooler_output, padding="max_length"
    )


def _blip_pictures(folder: Path, values: Values) -> "torch.Tensor":
    return _seen(
        folder,
        values,
        lambda model, inputs: model.vision_proj(model.vision_model(**inputs).last_hidden_state[:, 0]),
        kind="BlipForImageTextRetrieval",
    )


def _blip_texts(folder: Path, values: Values) -> "torch.Tensor":
    return read_texts(
        folder,
        values,
        lambda model, inputs: model.text_proj(model.text_encoder(**inputs).last_hidden_state[:, 0]),
        kind="BlipForImageTextRetrieval",
    )


CASES = (
    Case("clip", CLIP, "image", _clip, _image_features),
    Case("clip-text", CLIP, "text", _clip, text_features),
    Case("siglip2", SIGLIP, "image", _siglip, _image_features),
    Case("siglip2-text", SIGLIP, "text", _siglip, _padded_features),
    Case("siglip2-naflex", SIGLIP, "image", _naflex, _image_features),
    Case("siglip2-naflex-text", SIGLIP, "text", _naflex, _padded_features),
    Case("blip", BLIP, "image", _blip, _blip_pictures),
    Case("blip-text", BLIP, "text", _blip, _blip_texts),
    Case("vit", TRANSFORMER, "image", _vit, _first_state),
    Case("resnet", TRANSFORMER, "image", _resnet, _pooled),
    Case("dinov2", TRANSFORMER, "image", _dinov2, _first_state),
    Case("dinov3", TRANSFORMER, "image", _dinov3, _first_state),
)
