"""How a model wants its pictures: read from its folder, so that a decode worker needs no transformers."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mmhub import ModelError, Weights, locate
from mmhub_image.patches import Patches, patches_of

_CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
_CLIP_STD = (0.26862954, 0.26130258, 0.27577711)
_BILINEAR, _BICUBIC = 2, 3
_ANY = {"size": 224, "resample": _BICUBIC, "image_mean": 0.5, "image_std": 0.5, "rescale_factor": 1 / 255}
_CROPPED = {"size": {"shortest_edge": 224}, "crop_size": 224, "do_center_crop": True, "default_to_square": False}
_CLIP = {**_CROPPED, "image_mean": _CLIP_MEAN, "image_std": _CLIP_STD}
_IMAGENET = {"image_mean": (0.485, 0.456, 0.406), "image_std": (0.229, 0.224, 0.225), "resample": _BILINEAR}
_FAMILIES: Mapping[str, Mapping[str, Any]] = {
    "CLIP": _CLIP,
    "Bit": _CLIP,
    "ViT": {"resample": _BILINEAR},
    "Blip": {"size": {"height": 384, "width": 384}, "image_mean": _CLIP_MEAN, "image_std": _CLIP_STD},
    "DINOv3ViT": _IMAGENET,
    "Siglip2": {"resample": _BILINEAR, "patch_size": 16, "max_num_patches": 256},
    "Gemma4": {"patch_size": 16, "max_soft_tokens": 280, "pooling_kernel_size": 3, "do_normalize": False},
    "EmbeddingGemma2": {"patch_size": 16, "max_soft_tokens": 70, "pooling_kernel_size": 3, "do_normalize": False},
    "VideoMAE": {**_CROPPED, **_IMAGENET},
    "VJEPA2": {**_CROPPED, **_IMAGENET, "size": {"shortest_edge": 292}, "crop_size": 256},
    "PeVideo": {"resample": _BILINEAR},
    "DeiT": {"size": 256, "crop_size": 224, "do_center_crop": True},
    "ConvNext": {"size": {"shortest_edge": 384}, "crop_pct": 224 / 256, "default_to_square": False},
}
"""What the image processors of transformers take for granted where a file leaves it out, by their names."""
_UNTRIED = ("rescale_offset", "offset", "do_pad")
_SAID = {
    "image": ("preprocessor_config.json", "image_processor"),
    "video": ("video_preprocessor_config.json", "video_processor"),
}
"""The file of its own, and the part of ``processor_config.json``, in which transformers saves a processor."""


@dataclass(frozen=True)
class Preprocessing:
    """What is done to a picture before a model reads it.

    The picture is resized to ``height`` by ``width``, or, without them, until its shorter side is ``shortest``;
    then a ``crop`` of (height, width) is taken from its centre. Where there are ``patches``, it is resized to a
    size that they fill instead. ``mean`` and ``std`` are those of each channel,
    after pixels were multiplied by ``scale``. ``resample`` is one of Pillow's filters.
    """

    shortest: int | None
    height: int
    width: int
    crop: tuple[int, int] | None
    resample: int
    scale: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    patches: Patches | None = None


@functools.lru_cache(maxsize=16)
def preprocessing_of(model: str, revision: str, reads: str = "image") -> Preprocessing:
    """Return how ``model`` wants its pictures, or the frames of a ``video``.

    Raises ModelError where the model cannot be had or does not say.
    """
    return parse(locate(model, revision=revision), reads)


def parse(weights: Weights, reads: str = "image") -> Preprocessing:
    """Return what a model's folder says about pictures, or about the frames of a ``video``.

    What reads videos and says nothing of them reads their frames as it does pictures. Raises ModelError where it
    says nothing, or what is unknown.
    """
    said = _said(weights, reads) or _said(weights, "image")
    if not said:
        raise ModelError(f"{weights.model!r} in {weights.folder} has no preprocessor_config.json: it reads no pictures")
    config = {**_ANY, **_family(said), **said}
    if asked := [name for name in _UNTRIED if config.get(name)]:
        raise ModelError(f"{weights.model!r} asks for {asked[0]!r} in its preprocessing, which mmhub does not do")
    patches = patches_of(config)
    shortest, height, width, crop = _geometry(config) if patches is None else (None, 0, 0, None)
    return Preprocessing(
        shortest=shortest,
        height=height,
        width=width,
        crop=crop,
        resample=int(config["resample"]),
        scale=float(config["rescale_factor"]) if config.get("do_rescale", True) else 1.0,
        mean=_channels(config["image_mean"]) if config.get("do_normalize", True) else (0.0, 0.0, 0.0),
        std=_channels(config["image_std"]) if config.get("do_normalize", True) else (1.0, 1.0, 1.0),
        patches=patches,
    )


def smallest(how: Preprocessing) -> tuple[int, int]:
    """Return the height and width of the smallest picture a model may be given."""
    if how.patches is not None:
        return (how.patches.side * how.patches.pooled,) * 2
    if how.crop is not None:
        return how.crop
    return how.height or how.shortest or 1, how.width or how.shortest or 1


def _said(weights: Weights, reads: str) -> Mapping[str, Any]:
    file, part = _SAID[reads]
    return weights.read(file) or dict(weights.read("processor_config.json").get(part) or {})


def _family(said: Mapping[str, Any]) -> Mapping[str, Any]:
    kinds = ("image_processor_type", "video_processor_type", "feature_extractor_type")
    name = next((str(said[kind]) for kind in kinds if said.get(kind)), "")
    for family, defaults in _FAMILIES.items():
        if name.startswith((f"{family}Image", f"{family}Video", f"{family}Feature")):
            return defaults
    return {}


def _geometry(config: Mapping[str, Any]) -> tuple[int | None, int, int, tuple[int, int] | None]:
    """Return the shorter side or the height and width to resize to, and the crop."""
    shortest, height, width = _size(config)
    crop = _size({"size": config.get("crop_size", 224)})[1:] if config.get("do_center_crop") else None
    if "crop_pct" in config and shortest is not None:
        # ConvNeXt: small pictures are cut from slightly larger ones, large ones are squeezed.
        if shortest < 384:
            return int(shortest / float(config["crop_pct"])), 0, 0, (shortest, shortest)
        return None, shortest, shortest, crop
    return shortest, height, width, crop


def _size(config: Mapping[str, Any]) -> tuple[int | None, int, int]:
    """Return a size as its shorter side, or as height and width."""
    size = config["size"]
    if isinstance(size, int):
        square = config.get("default_to_square", True)
        return (None, size, size) if square else (size, 0, 0)
    if set(size) == {"shortest_edge"}:
        return int(size["shortest_edge"]), 0, 0
    if set(size) == {"height", "width"}:
        return None, int(size["height"]), int(size["width"])
    raise ModelError(f"pictures of size {size!r} were asked for: expected a shortest edge, or height and width")


def _channels(values: Any) -> tuple[float, float, float]:
    red, green, blue = values if isinstance(values, list | tuple) else (values,) * 3
    return float(red), float(green), float(blue)
