"""The pixels a model reads of a picture: resized and cropped here, normalised on its device."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from mmhub import Inputs
from mmhub_image.patches import cut
from mmhub_image.picture import Picture
from mmhub_image.preprocessing import Preprocessing

if TYPE_CHECKING:
    import torch


def cropped(picture: Picture, how: Preprocessing) -> np.ndarray:
    """Return the part of a picture that a model reads, at its size, as uint8[height, width, 3]."""
    size = _resized(picture.width, picture.height, how)
    small = picture.colours.resize(size, Image.Resampling(how.resample))
    return np.asarray(small if how.crop is None else _centre(small, how.crop))


def _resized(width: int, height: int, how: Preprocessing) -> tuple[int, int]:
    """Return the width and height to which a picture is resized."""
    if how.patches is not None:
        return how.patches.size(width, height)
    if how.shortest is None:
        return how.width, how.height
    if width <= height:
        return how.shortest, int(how.shortest * height / width)
    return int(how.shortest * width / height), how.shortest


def _centre(image: Image.Image, crop: tuple[int, int]) -> Image.Image:
    """Return a crop of (height, width) from the centre, with black around pictures that are smaller."""
    left, top = (image.width - crop[1]) // 2, (image.height - crop[0]) // 2
    return image.crop((left, top, left + crop[1], top + crop[0]))


def normalised(batch: Sequence[Inputs], how: Preprocessing, *, device: str, dtype: "torch.dtype") -> "torch.Tensor":
    """Return prepared pictures as a tensor [n, 3, height, width] of what the model was trained on."""
    import torch

    pixels = torch.from_numpy(np.stack([inputs["pixels"] for inputs in batch])).to(device)
    return scaled(pixels, how).movedim(-1, -3).to(dtype)


def patched(batch: Sequence[Inputs], how: Preprocessing, *, device: str, dtype: "torch.dtype") -> dict[str, Any]:
    """Return prepared pictures as patches, padded with zeros to as many as a picture may have.

    ``pixels`` [n, most, side * side * 3] is what the model was trained on, ``mask`` int[n, most] is 1 for patches
    that are there, and ``grid`` int[n, 2] holds rows and columns.
    """
    import torch

    assert how.patches is not None
    side, most = how.patches.side, how.patches.most
    rows = [cut(inputs["pixels"], side) for inputs in batch]
    pixels = torch.from_numpy(np.stack([np.pad(row, ((0, most - len(row)), (0, 0))) for row in rows])).to(device)
    mask = torch.tensor([[1] * len(row) + [0] * (most - len(row)) for row in rows], device=device)
    values = scaled(pixels.reshape(*pixels.shape[:2], -1, 3), how).flatten(-2) * mask[..., None]
    grid = torch.tensor([[size // side for size in inputs["pixels"].shape[:2]] for inputs in batch], device=device)
    return {"pixels": values.to(dtype), "mask": mask, "grid": grid}


def scaled(pixels: "torch.Tensor", how: Preprocessing) -> "torch.Tensor":
    """Return pixels [..., 3] as float32 of the range and spread that the model was trained on."""
    import torch

    mean = torch.tensor(how.mean, device=pixels.device)
    std = torch.tensor(how.std, device=pixels.device)
    return pixels.to(torch.float32, copy=True).mul_(how.scale).sub_(mean).div_(std)
