"""Evenly spaced frames of a video whose length is not known before its end."""

from typing import Any

import numpy as np

KEPT = 64
"""The most frames kept; of a longer video at least half as many remain, evenly spaced."""
SHORT_SIDE = 384
"""Frames are kept no larger than this on their shorter side, which is enough for the usual encoders."""


class Sampler:
    """Keeps every n-th frame, small and in RGB; whenever there are too many, every second is let go and n doubles."""

    def __init__(self) -> None:
        self._stride = 1
        self._seen = 0
        self._size = (0, 0)
        self._kept: list[np.ndarray] = []

    def add(self, frame: Any) -> None:
        """Look at the next frame; the first one settles the size of all."""
        if not self._seen:
            self._size = _small(frame.width, frame.height)
        if self._seen % self._stride == 0:
            self._keep(frame)
        self._seen += 1

    def _keep(self, frame: Any) -> None:
        if len(self._kept) == KEPT:
            self._kept = self._kept[::2]
            self._stride *= 2
        if self._seen % self._stride == 0:
            width, height = self._size
            self._kept.append(frame.to_ndarray(format="rgb24", width=width, height=height, interpolation="AREA"))

    def frames(self, quarter_turns: int) -> tuple[np.ndarray, int]:
        """Return what was kept, turned counter-clockwise, uint8[k, h, w, 3], and how many frames one stands for."""
        return np.ascontiguousarray(np.rot90(np.stack(self._kept), quarter_turns, axes=(1, 2))), self._stride


def _small(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, SHORT_SIDE / min(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
