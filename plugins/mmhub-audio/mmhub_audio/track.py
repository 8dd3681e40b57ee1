"""The samples of a sound, collected frame by frame while a file is decoded."""

from typing import Any

import numpy as np

from mmhub import Media, Undecodable
from mmhub_audio.sound import Sound

LONGEST_SECONDS = 4 * 3600.0
"""What lasts longer is refused as ``too-long``."""
MOST_BYTES = 2 << 30
"""A sound whose samples take more memory is refused as ``too-large``: 1.5 hours of 48 kHz stereo in float32."""


class Track:
    """Collects the frames of one audio stream, and bounds what they may take by what is there, not by a header."""

    def __init__(self) -> None:
        self._pieces: list[np.ndarray] = []
        self._bytes = 0
        self.length = 0
        self._rate_hz = 0

    def add(self, frame: Any) -> None:
        """Append one frame.

        Raises Undecodable: ``too-long``, ``too-large``, or ``unsupported`` where rate or channels change.
        """
        piece = frame.to_ndarray()
        if not frame.format.is_planar:
            piece = piece.reshape(-1, frame.layout.nb_channels).T
        if self._pieces and (self._rate_hz, len(self._pieces[0])) != (frame.sample_rate, len(piece)):
            raise Undecodable("unsupported", "the rate or the number of channels changes within the sound")
        self._rate_hz = frame.sample_rate
        self._pieces.append(piece)
        self.length += piece.shape[1]
        self._bytes += piece.nbytes
        self._bound()

    def _bound(self) -> None:
        if self.length > LONGEST_SECONDS * self._rate_hz:
            raise Undecodable("too-long", f"the sound lasts longer than {LONGEST_SECONDS:.0f} seconds")
        if self._bytes > MOST_BYTES:
            raise Undecodable("too-large", f"the sound takes more than {MOST_BYTES} bytes once decoded")

    def sound(self, media: Media, *, codec: str, container: str) -> Sound:
        """Return what was collected.

        Raises Undecodable: ``no-samples``, or ``damaged`` for samples that are no numbers.
        """
        if not self.length:
            raise Undecodable("no-samples", "the audio stream decodes to no samples")
        raw = np.ascontiguousarray(np.concatenate(self._pieces, axis=1))
        if raw.dtype.kind == "f" and not np.isfinite(raw).all():
            raise Undecodable("damaged", "some samples are infinite or no numbers")
        return Sound(media=media, raw=raw, rate_hz=self._rate_hz, codec=codec, container=container)
