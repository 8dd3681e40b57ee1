"""Faces in a picture, found by local binary patterns (Liao et al. 2007) in a cascade (Viola and Jones 2001).

The detector is small, needs no weights but those shipped with scikit-image, and sees frontal, upright faces that are
not too small. Faces in profile, tilted, half hidden or of less than some 24 pixels escape it, and things with
dark spots on a bright ground are now and then taken for faces. It is no ground for a promise of anonymity. A picture
takes some 80 ms.
"""

import functools
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from PIL import Image
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options
from mmhub_image.picture import Picture

Box = tuple[int, int, int, int]
"""Left, top, width and height in pixels."""
_LARGEST_SIDE = 640
_SMALLEST_FACE = 24
_PASSES = 4


class FacesOptions(Options):
    """How carefully faces are looked for."""

    smallest: float = Field(default=0.06, gt=0, le=1)
    """The smallest face looked for, as a share of the picture's shorter side."""
    scale_step: float = Field(default=1.25, gt=1, le=2)
    """By what factor the sizes that are tried differ: closer steps find a few more faces and take longer."""


class BlurFacesOptions(FacesOptions):
    """How carefully faces are looked for, and how they are made unrecognisable."""

    cells: int = Field(default=6, ge=1)
    """Into how many cells a face's width is averaged."""
    margin: float = Field(default=0.2, ge=0)
    """How far beyond a face the blur reaches, as a share of its width."""


def faces(pictures: Sequence[Picture], options: FacesOptions) -> Columns:
    """Return how many faces are found in each picture, and the share of it that the largest takes."""
    found = [_boxes(picture.luma, options) for picture in pictures]
    return {
        "faces": [len(boxes) for boxes in found],
        "largest_face": [
            max((width * height for _, _, width, height in boxes), default=0) / (picture.width * picture.height)
            for picture, boxes in zip(pictures, found, strict=True)
        ],
    }


def blurred(pictures: Sequence[Picture], options: BlurFacesOptions) -> list[Picture | None]:
    """Return each picture with the faces found in it averaged into a few cells, or ``None`` where none is found."""
    return [_blurred(picture, options) for picture in pictures]


def _blurred(picture: Picture, options: BlurFacesOptions) -> Picture | None:
    pixels: np.ndarray | None = None
    for _ in range(_PASSES):
        luma = picture.luma if pixels is None else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        boxes = _boxes(luma, options)
        if not boxes:
            break
        pixels = picture.rgb.copy() if pixels is None else pixels
        for box in boxes:
            _average(pixels, box, options)
    return None if pixels is None else picture.repaired_to(Image.fromarray(pixels))


def _average(pixels: np.ndarray, box: Box, options: BlurFacesOptions) -> None:
    left, top, width, height = box
    wider, higher = round(width * options.margin), round(height * options.margin)
    rows = slice(max(0, top - higher), top + height + higher)
    columns = slice(max(0, left - wider), left + width + wider)
    part = pixels[rows, columns]
    small = cv2.resize(part, (options.cells, options.cells), interpolation=cv2.INTER_AREA)
    pixels[rows, columns] = cv2.resize(small, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_LINEAR)


def _boxes(luma: np.ndarray, options: FacesOptions) -> list[Box]:
    """Return the faces in luma, from the largest to the smallest; large pictures are looked at in a smaller size."""
    scale = min(1.0, _LARGEST_SIDE / max(luma.shape))
    size = (max(1, round(luma.shape[1] * scale)), max(1, round(luma.shape[0] * scale)))
    small = luma if scale == 1 else cv2.resize(luma, size, interpolation=cv2.INTER_AREA)
    least = max(_SMALLEST_FACE, round(min(small.shape) * options.smallest))
    if min(small.shape) <= least:
        return []
    found = _cascade().detect_multi_scale(
        img=small,
        scale_factor=options.scale_step,
        step_ratio=1.5,
        min_size=(least, least),
        max_size=(min(small.shape), min(small.shape)),
    )
    boxes = [_scaled(each, 1 / scale) for each in found]
    return sorted(boxes, key=lambda box: (-box[2], box))


def _scaled(found: Any, factor: float) -> Box:
    left, top, width, height = (round(float(found[name]) * factor) for name in ("c", "r", "width", "height"))
    return left, top, width, height


@functools.cache
def _cascade() -> Any:
    # scikit-image takes half a second to import, which only those pay who look for faces.
    from skimage.data import lbp_frontal_face_cascade_filename
    from skimage.feature import Cascade

    return Cascade(lbp_frontal_face_cascade_filename())  # type: ignore[no-untyped-call]


FACES = Cleaner(
    name="image/faces",
    version=1,
    modality="image",
    summary="Counts frontal faces that are not too small. A hint, no proof that nobody is seen.",
    options=FacesOptions,
    facts=(
        Fact(name="faces", dtype="int64", summary="Frontal faces found."),
        Fact(name="largest_face", dtype="float64", summary="Share of the picture that the largest of them takes."),
    ),
    measure=faces,
)
BLUR_FACES = Cleaner(
    name="image/blur-faces",
    version=1,
    modality="image",
    summary="Makes the frontal faces it finds unrecognisable; it does not find all.",
    options=BlurFacesOptions,
    repair=blurred,
)
