"""What can still be read of a damaged video: which packets decode, and which frames look wrong."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from mmhub import Undecodable
from mmhub_audio.packets import packets
from mmhub_video.planes import planes
from mmhub_video.seams import oddness, seam
from mmhub_video.tails import out_of_step
from mmhub_video.trust import Coded

if TYPE_CHECKING:
    from av.container import InputContainer

_STRICTEST = "crccheck+bitstream+buffer+careful+compliant+aggressive+explode"
"""Raise whatever a decoder can find wrong; a damaged file is given no benefit of doubt."""
_LONGEST_PAUSE = 3.5
"""How many usual intervals may pass between two frames, before some are taken to be missing."""
_BLANK = bytes(16)
_WITHOUT_BLANKS = ("h264", "hevc", "vp8", "vp9", "av1")
"""Codecs whose pictures never hold as many zeros: start codes are ruled out, or bits are coded arithmetically."""
NEVER = -(1 << 62)
"""Stands for the time of a packet that has none."""


@dataclass
class Footage:
    """The packets of pictures in the order they are coded, and the seams of frames shown."""

    pictures: list[Coded] = field(default_factory=list)
    _seams: dict[int, float] = field(default_factory=dict)
    _before: np.ndarray | None = None

    def add_frame(self, frame: Any) -> None:
        """Note how a frame differs from the one before it; one that is marked as corrupt could not differ more."""
        luma = planes(frame).luma
        alike = self._before is not None and self._before.shape == luma.shape and not frame.key_frame
        step = seam(self._before, luma) if alike and self._before is not None else 0.0
        self._seams[NEVER if frame.pts is None else frame.pts] = np.inf if frame.is_corrupt else step
        self._before = luma

    def judged(self, *, oddest: float) -> list[Coded]:
        """Return the packets of pictures; wrong are also those whose frame looks so, is missing, or follows a gap."""
        seams = np.array([*self._seams.values()])
        ugly = ~np.isfinite(seams)
        ugly[~ugly] = oddness(seams[~ugly]) > oddest
        fine = {pts for pts, wrong in zip(self._seams, ugly, strict=True) if not wrong} - self._late()
        return [Coded(each.pts, each.key, each.wrong or each.pts not in fine) for each in self.pictures]

    def _late(self) -> set[int]:
        """Return the times of frames before which others are missing, by how long frames last elsewhere."""
        times = np.unique([each.pts for each in self.pictures])
        if len(times) < 3:
            return set()
        intervals = np.diff(times)
        return set(times[1:][intervals > _LONGEST_PAUSE * np.median(intervals)].tolist())


def examine(container: "InputContainer", pictures: Any) -> Footage:
    """Return what is left of a video. Pictures are decoded one by one, by one thread.

    A packet is wrong that does not decode, is marked as corrupt, is blanked in part or out of step, or before
    which reading failed.
    Raises Undecodable ``unsupported``.
    """
    if pictures.codec_context is None:
        raise Undecodable("unsupported", "no decoder for its pictures")
    pictures.codec_context.thread_count = 1
    pictures.codec_context.options = {"err_detect": _STRICTEST}
    footage, failed = Footage(), False
    for packet in packets(container, [pictures]):
        if packet is None:
            failed = True
            continue
        frames, wrong = _decoded(packet)
        wrong = wrong or _is_blanked(packet) or out_of_step(packet)
        pts = NEVER if packet.pts is None else packet.pts
        footage.pictures.append(Coded(pts, packet.is_keyframe, wrong or failed))
        failed = False
        for frame in frames:
            footage.add_frame(frame)
    for frame in _remaining(pictures):
        footage.add_frame(frame)
    return footage


def _decoded(packet: Any) -> tuple[list[Any], bool]:
    """Return the frames that come out once a packet went in, and whether anything is wrong with it."""
    import av

    try:
        return packet.decode(), packet.is_corrupt
    except (av.FFmpegError, ValueError):
        return [], True


def _is_blanked(packet: Any) -> bool:
    """Return whether there is a run of zeros within a picture; behind it they are padding."""
    return packet.stream.codec_context.name in _WITHOUT_BLANKS and _BLANK in bytes(packet).rstrip(b"\0")


def _remaining(stream: Any) -> list[Any]:
    import av

    try:
        return list(stream.codec_context.decode(None))
    except (av.FFmpegError, ValueError):
        return []
