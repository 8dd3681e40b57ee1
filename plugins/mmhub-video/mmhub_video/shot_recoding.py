"""Shots of a video coded anew while it is decoded, so that this is done once."""

from collections import deque
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from mmhub import Segment
from mmhub_audio.sound import NS_PER_SECOND
from mmhub_video.recoding import Hearing, Recoding, Tracks
from mmhub_video.shots import ShotsOptions, changes


class ShotRecoding:
    """Sees every frame of a video, and begins a file whenever the shot changes.

    That is known when as many frames have come as are looked at behind a change: so many are held. All of the sound is
    held until the end.
    """

    def __init__(self, tracks: Tracks, options: ShotsOptions) -> None:
        self._tracks, self._options = tracks, options
        self._files: list[Recoding] = []
        self._content: list[float] = []
        self._waiting: deque[Any] = deque()
        self._hearing = Hearing()
        self._sound: list[tuple[int, Any]] = []

    def see(self, frame: Any, content: float) -> None:
        """Take in the next frame of pictures or sound; a picture differs by ``content`` from the one before."""
        import av

        if frame.pts is None:
            return
        if isinstance(frame, av.AudioFrame):
            self._sound.append((self._hearing.first_of(frame), frame))
            return
        self._content.append(float(np.float32(content)))
        self._waiting.append(frame)
        if len(self._waiting) > self._options.window:
            self._code(self._waiting.popleft())

    def pieces(self, end: Fraction, *, least_seconds: float) -> list[Segment]:
        """Return the shots of a video that ends at ``end`` seconds, without those that are shorter than some."""
        while self._waiting:
            self._code(self._waiting.popleft())
        stops = [*(file.start for file in self._files), end]
        found = []
        for file, (start, stop) in zip(self._files, pairwise(stops), strict=True):
            for first, frame in self._sound:
                file.add_sound(frame, first, end=stop)
            data = file.data()
            if data is not None and stop - start >= least_seconds:
                found.append(Segment(int(start * NS_PER_SECOND), int(stop * NS_PER_SECOND), data))
        return found

    def _code(self, frame: Any) -> None:
        shown = frame.pts * frame.time_base
        if not self._files or self._begins(len(self._content) - len(self._waiting) - 1, shown):
            self._files.append(Recoding(shown, self._tracks))
        self._files[-1].add_picture(frame)

    def _begins(self, number: int, shown: Fraction) -> bool:
        """Return whether a shot begins with a picture, of which those behind that are looked at have come."""
        window = self._options.window
        before = max(0, number - window - 1)
        around = np.array(self._content[before : number + window + 1])
        since = float(shown) - float(self._files[-1].start)
        return since >= self._options.shortest_seconds and bool(changes(around, self._options)[number - before])
