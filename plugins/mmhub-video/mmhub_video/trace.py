"""What every frame of a video is like beside the one before it, in a few numbers per frame."""

from dataclasses import dataclass, fields
from typing import Any

import cv2
import numpy as np

from mmhub_audio.sound import read_only
from mmhub_video.planes import Planes, planes
from mmhub_video.seams import seam

_BRIGHT = 0.98
_AREA = 4
_STIRRED = 16


@dataclass(frozen=True, eq=False, kw_only=True)
class Trace:
    """One value per frame, in the order they are shown; changes are from the frame before, and zero for the first.

    Values are in steps of 8-bit luma or chroma, of thumbnails of at most 128 pixels, except for ``seams``.
    """

    shown_seconds: np.ndarray
    """When each frame is shown on the clock of the file, float64[n]; NaN where the file does not say."""
    luma: np.ndarray
    """Mean luma, float32[n]."""
    highlights: np.ndarray
    """Luma which 98 % of the picture do not exceed, float32[n]."""
    change: np.ndarray
    """Mean absolute change of luma, float32[n]."""
    largest_change: np.ndarray
    """The same in the area of 4 x 4 pixels of the thumbnail where it is largest, float32[n]."""
    content: np.ndarray
    """Mean absolute change of luma and both chromas, float32[n]."""
    seams: np.ndarray
    """Change across sides of blocks beyond that beside them; none where a picture was coded anew, float32[n]."""
    stirs: np.ndarray
    """Of areas of 16 x 16 pixels of the thumbnail the largest: change of luma, rise of luma, and growth of the change
    since the frame before, float32[3, n]. A sound has its cause in a small part of the picture."""

    def __post_init__(self) -> None:
        for each in fields(self):
            object.__setattr__(self, each.name, read_only(getattr(self, each.name)))


class Tracer:
    """Measures frame after frame, and holds no more than the last one."""

    def __init__(self) -> None:
        self._found: list[tuple[float, ...]] = []
        self._stirs: list[tuple[float, ...]] = []
        self._stirred: np.ndarray | None = None
        self._before: Planes | None = None

    def add(self, frame: Any) -> None:
        """Measure the next frame; a change of size within the video counts as no change."""
        now = planes(frame)
        luma = now.thumbnail[..., 0]
        shown = float("nan") if frame.pts is None else float(frame.pts * frame.time_base)
        self._found.append(
            (shown, float(cv2.mean(luma)[0]), _highlights(luma), *_changes(self._before, now, frame.key_frame))
        )
        self._stirs.append(self._stir(luma))
        self._before = now

    @property
    def content(self) -> float:
        """How much the last frame differs from the one before, as in `Trace.content`; 0 before there is any."""
        return self._found[-1][5] if self._found else 0.0

    def _stir(self, luma: np.ndarray) -> tuple[float, float, float]:
        """Return what stirs most in any area, and hold how much each has changed."""
        if self._before is None or self._before.thumbnail.shape[:2] != luma.shape:
            self._stirred = None
            return 0.0, 0.0, 0.0
        rise = cv2.subtract(luma, self._before.thumbnail[..., 0], dtype=cv2.CV_32F)
        changed = _areas(np.abs(rise), _STIRRED)
        grown = changed if self._stirred is None else np.subtract(changed, self._stirred)
        self._stirred = changed
        return float(changed.max()), max(0.0, float(_areas(rise, _STIRRED).max())), max(0.0, float(grown.max()))

    def trace(self) -> Trace:
        """Return what was measured, ordered as the frames came."""
        columns = np.array(self._found, dtype=np.float64).reshape(-1, 7).T
        luma, highlights, change, largest, content, seams = columns[1:].astype(np.float32)
        return Trace(
            shown_seconds=columns[0],
            luma=luma,
            highlights=highlights,
            change=change,
            largest_change=largest,
            content=content,
            seams=seams,
            stirs=np.array(self._stirs, dtype=np.float32).reshape(-1, 3).T,
        )


def _highlights(luma: np.ndarray) -> float:
    place = min(luma.size - 1, int(_BRIGHT * luma.size))
    return float(np.partition(luma, place, axis=None)[place])


def _changes(before: Planes | None, now: Planes, anew: bool) -> tuple[float, float, float, float]:
    """Return the mean change of luma, the largest of an area, that of all planes, and that along sides of blocks."""
    if before is None or before.luma.shape != now.luma.shape:
        return 0.0, 0.0, 0.0, 0.0
    change = cv2.absdiff(before.thumbnail, now.thumbnail)
    means = cv2.mean(change)[:3]
    largest = _areas(change[..., 0].astype(np.float32), _AREA).max()
    return means[0], float(largest), sum(means) / 3, 0.0 if anew else seam(before.luma, now.luma)


def _areas(plane: np.ndarray, side: int) -> np.ndarray:
    """Return the means of square areas of a thumbnail, float32[h // side, w // side], or of all of a smaller one."""
    height, width = plane.shape
    size = (max(1, width // side), max(1, height // side))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA))
