"""The packets of a media file as they are, whether they decode or not."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mmhub import Media, Undecodable
from mmhub_audio.container import FORMATS

if TYPE_CHECKING:
    from av.container import InputContainer

_MOST_GAPS = 1000


@contextmanager
def salvaged(media: Media) -> "Iterator[InputContainer]":
    """Open what may be damaged or cut off, and close it afterwards. Raises Undecodable ``damaged``."""
    import av

    with media.open() as file:
        try:
            container = av.open(file, "r", options={"format_whitelist": FORMATS}, metadata_errors="replace")
        except (av.FFmpegError, ValueError) as error:
            raise Undecodable("damaged", f"nothing of it can be read: {error}") from error
        with container:
            yield container


def packets(container: "InputContainer", streams: list[Any]) -> Iterator[Any]:
    """Yield all packets that can be had, and ``None`` where reading failed and went on behind."""
    import av

    for _ in range(_MOST_GAPS):
        try:
            for packet in container.demux(*streams):
                if packet.size:
                    yield packet
            return
        except av.FFmpegError:
            yield None
