"""How a model wants its pictures: read from its folder, so that a decode worker needs no transformers."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mmhub import ModelError, Weights, locate

_CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
_CLIP_STD = (0.26862954, 0.26130258, 0.27577711)
_BILINEAR, _BICUBIC = 2, 3
_ANY = {"size": 224, "resample": _BICUBIC, "image_mean": 0.5, "image_std": 0.5, "rescale_factor": 1 / 255}
_CROPPED = {"size": {"shortest_edge": 224}, "crop_size": 224, "do_center_crop": True, "default_to_square": False}
_CLIP = {**_CROPPED, "image_mean": _CLIP_MEAN, "image_std": _CLIP_STD}
_FAMILIES: Mapping[str, Mapping[str, Any]] = {
    "CLIP": _CLIP,
    "Bit": _CLIP,
    "ViT": {"resample": _BILINEAR},
    "DeiT": {"size": 256, "crop_size": 224, "do_center_crop": True},
    "ConvNext": {"size": {"shortest_edge": 384}, "crop_pct": 224 / 256, "default_to_square": False},
}
"""What the image processors of transformers take for granted where a file leaves it out, by their names."""
_UNTRIED = ("rescale_offset", "do_pad", "max_num_patches")


@dataclass(frozen=True)
class Preprocessing:
    """What is done to a picture before a model reads it.

    The picture is resized to ``height`` by ``width``, or, without them, until its shorter side is ``shortest``;
    then a ``crop`` of (height, width) is taken from its centre. ``mean`` and ``std`` are those of each channel,
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


@functools.lru_cache(maxsize=16)
def preprocessing_of(model: str, revision: str) -> Preprocessing:
    """Return how ``model`` wants its pictures. Raises ModelError where the model cannot be had or does not say."""
    return parse(locate(model, revision=revision))


def parse(weights: Weights) -> Preprocessing:
    """Return what a model's folder says about pictures. Raises ModelError where it says nothing, or what is unknown."""
    said = weights.read("preprocessor_config.json") or weights.read("processor_config.json").get("image_processor", {})
    if not said:
        raise ModelError(f"{weights.model!r} in {weights.folder} has no preprocessor_config.json: it reads no pictures")
    config = {**_ANY, **_family(said), **said}
    if asked := [name for name in _UNTRIED if config.get(name)]:
        raise ModelError(f"{weights.model!r} asks for {asked[0]!r} in its preprocessing, which mmhub does not do")
    shortest, height, width, crop = _geometry(config)
    return Preprocessing(
        shortest=shortest,
        height=height,
        width=width,
        crop=crop,
        resample=int(config["resample"]),
        scale=float(config["rescale_factor"]) if config.get("do_rescale", True) else 1.0,
        mean=_channels(config["image_mean"]) if config.get("do_normalize", True) else (0.0, 0.0, 0.0),
        std=_channels(config["image_std"]) if config.get("do_normalize", True) else (1.0, 1.0, 1.0),
    )


def _family(said: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(said.get("image_processor_type") or said.get("feature_extractor_type") or "")
    for family, defaults in _FAMILIES.items():
        if name.startswith((f"{family}Image", f"{family}Feature")):
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
