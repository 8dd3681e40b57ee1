"""Media containers, opened and decoded strictly: no other file, no network, no concealed error."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from mmhub import Media, Undecodable
from mmhub_audio.structure import ends_early

if TYPE_CHECKING:
    from av.container import InputContainer

FORMATS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,flac,flv,h264,hevc,ivf,matroska,mov,mp3,mpeg,mpegts,mpegvideo,"
    "nut,ogg,tta,w64,wav,wv"
)
"""The demuxers a file may choose: none of them opens a second file, as playlists do."""
_STRICT = "crccheck+bitstream+buffer+explode"
"""Raise what FFmpeg would conceal: a broken checksum, a broken bitstream, a wrong length."""
_SIGNATURES = (b"RIFF", b"RIFX", b"RF64", b"fLaC", b"OggS", b"ID3", b"\xff\xfb", b"FORM", b"\x1a\x45\xdf\xa3")
_FOREIGN = (b"RIFX",)


@contextmanager
def opened(media: Media, *, kind: str) -> "Iterator[InputContainer]":
    """Open a file that is to hold ``kind`` (``audio`` or ``video``), and close it afterwards.

    Raises Undecodable: ``empty-file``, ``truncated``, ``damaged``, ``unsupported``, or ``not-audio`` and
    ``not-video`` for what is no media file at all.
    """
    import av

    with media.open() as file:
        _refuse_early(file)
        try:
            container = av.open(file, "r", options=_options(file), metadata_errors="replace")
        except av.EOFError as error:
            raise Undecodable("truncated", "the file ends within its header") from error
        except av.FFmpegError as error:
            raise _refused(file, kind, _said(error)) from error
        with container:
            yield container


def _refuse_early(file: BinaryIO) -> None:
    if not file.read(1):
        raise Undecodable("empty-file", "the file has no bytes")
    if ends_early(file):
        raise Undecodable("truncated", "the file ends before its own structure does")


def _options(file: BinaryIO) -> dict[str, str]:
    """Return how to open a file; the header of a WAV file says all, and looking on takes longer than decoding."""
    wave = file.read(12)[8:] == b"WAVE"
    file.seek(0)
    return {"format_whitelist": FORMATS, **({"probesize": "65536"} if wave else {})}


def _refused(file: BinaryIO, kind: str, message: str) -> Undecodable:
    file.seek(0)
    head = file.read(12)
    if head.startswith(_FOREIGN):
        return Undecodable("unsupported", f"big-endian {head[:4]!r} files are not read")
    known = head.startswith(_SIGNATURES) or head[4:8] == b"ftyp"
    return Undecodable("damaged" if known else f"not-{kind}", message)


def frames(container: "InputContainer", streams: Sequence[Any]) -> Iterator[Any]:
    """Yield every frame of ``streams`` in the file's order, decoded by one thread.

    Raises Undecodable: ``unsupported`` without a decoder, ``truncated`` where the last packet is incomplete,
    and ``damaged`` for anything else that a decoder complains about.
    """
    import av

    for stream in streams:
        _prepare(stream)
    packets = container.demux(*streams)
    try:
        for packet in packets:
            yield from _sound_frames(packet)
    except (av.FFmpegError, _CorruptError) as error:
        last = _none_left(packets)
        # a tag or padding after the last frame is common in MP3, and Xing's count tells when frames are missing
        if not (last and container.format.name == "mp3"):
            raise Undecodable("truncated" if last else "damaged", _said(error)) from error


def _said(error: Exception) -> str:
    """Return FFmpeg's own words; PyAV puts the name of the function behind them."""
    return str(getattr(error, "strerror", None) or error)


class _CorruptError(Exception):
    """FFmpeg marked something as corrupt without calling it an error."""


def _sound_frames(packet: Any) -> Iterator[Any]:
    if packet.is_corrupt:
        raise _CorruptError(f"the packet at byte {packet.pos} is corrupt")
    for frame in packet.decode():
        if frame.is_corrupt:
            raise _CorruptError(f"a frame of the packet at byte {packet.pos} is corrupt")
        yield frame


def _prepare(stream: Any) -> None:
    if stream.codec_context is None:
        raise Undecodable("unsupported", f"no decoder for {stream.type} stream {stream.index}")
    stream.codec_context.thread_count = 1
    stream.codec_context.options = {"err_detect": _STRICT}


def _none_left(packets: Iterator[Any]) -> bool:
    import av

    try:
        return not any(packet.size for packet in packets)
    except av.FFmpegError:
        return True
