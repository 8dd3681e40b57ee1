"""The pixels a model reads of a picture: resized and cropped here, normalised on its device."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from mmhub import Inputs
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
    mean = torch.tensor(how.mean, device=device)
    std = torch.tensor(how.std, device=device)
    values = (pixels.permute(0, 3, 1, 2).float() * how.scale - mean[:, None, None]) / std[:, None, None]
    return values.to(dtype)
