"""The brightness and the colours of a frame, as arrays."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

_PLANAR = ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p")
WIDTH = 128
"""How many pixels the longer side of a thumbnail has at most."""


@dataclass(frozen=True, eq=False)
class Planes:
    """A frame as luma uint8[h, w] at its full size, and as a thumbnail uint8[h, w, 3] of luma and two chromas."""

    luma: np.ndarray
    thumbnail: np.ndarray


def planes(frame: Any) -> Planes:
    """Return the planes of a decoded frame, as copies; those of other formats are converted to 8-bit 4:2:0 first."""
    planar = frame if frame.format.name in _PLANAR else frame.reformat(format="yuv420p")
    luma, *chromas = (_plane(planar.planes[number]) for number in range(3))
    size = small(luma.shape[1], luma.shape[0])
    parts = [cv2.resize(part, size, interpolation=cv2.INTER_AREA) for part in (luma, *chromas)]
    return Planes(luma=luma.copy(), thumbnail=np.dstack(parts))


def small(width: int, height: int) -> tuple[int, int]:
    """Return width and height of a thumbnail; what is small already is not enlarged."""
    scale = min(1.0, WIDTH / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _plane(plane: Any) -> np.ndarray:
    """Return one plane as it lies in the frame's memory, less the padding at the end of its lines."""
    lines = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return lines[: plane.height, : plane.width]
