"""Damage that libjpeg passes over: bytes missing or zeroed in the middle of a JPEG.

libjpeg decodes whatever bits it finds. A scan that lost or changed bytes therefore decodes to as many pixels,
but ends too early, and the rest is filled with grey, or too late, and the rest is skipped. Neither is an error,
but libjpeg remarks on most of it. Where it does not, there are two cheap signs: a run of zero bytes within a scan,
and a last pixel of just that grey. What neither remark nor sign gives away are a few changed bytes after which the
scan falls into step again at the very same block.
"""

import io

from PIL import Image

from mmhub_image.complaints import remark, speaks_of_damage
from mmhub_image.refinement import zeroed_detail
from mmhub_image.segments import MARKER, header, lacks_pictures, scan_start, without_junk, zeros_are_detail

_ZEROS = bytes(32)
_GREY = {"RGB": (128, 128, 128), "L": 128}
_END = b"\xff\xd9"
_PATTERN = bytes((0x5A, 0xA5, 0x33, 0xC6))


def suspicious(data: bytes) -> bool:
    """Return whether a JPEG which libjpeg decodes without a remark has to be looked at all the same."""
    segments = header(data)
    return data.find(_ZEROS, scan_start(segments, data)) >= 0 or lacks_pictures(data, segments)


def hidden_damage(data: bytes, image: Image.Image) -> str | None:
    """Return what is wrong with a JPEG that decoded to ``image`` without an error, or ``None``."""
    segments = header(data)
    if lacks_pictures(data, segments):
        return "the file ends within a picture after the first"
    whole = without_junk(data, segments)
    if speaks_of_damage(said := remark(whole), whole, scan_start(header(whole), whole)):
        return f"libjpeg says: {said}"
    return _unremarked(data, image, scan_start(segments, data), zeros_are_detail(data, segments))


def _unremarked(data: bytes, image: Image.Image, start: int, zeros_are_damage: bool) -> str | None:
    zeros = data.find(_ZEROS, start)
    grey = image.getpixel((image.width - 1, image.height - 1)) == _GREY.get(image.mode)
    if zeros < 0 and not grey:
        return None
    end = data.find(_END, start)
    if 0 <= zeros < end and (_astray(data, zeros, image) or (zeros_are_damage and _read(data, zeros, end, image))):
        return _zeroed(zeros)
    if zeros >= 0 and (detail := zeroed_detail(data)) and _read(data, *detail, image):
        return _zeroed(detail[0])
    if grey and end >= 0 and _starved(data, end, image):
        return "bytes are missing within the picture"
    return "the picture ends in zero bytes" if zeros >= 0 and end < 0 else None


def _zeroed(zeros: int) -> str:
    return f"the bytes from {zeros} on are zero, which stands for no picture"


def _astray(data: bytes, zeros: int, image: Image.Image) -> bool:
    """Return whether the stretch of a scan which holds ``zeros`` is read past its end, or not up to it.

    Zeros which nothing reads, with which some cameras fill a scan up, are no damage.
    """
    marker = MARKER.search(data, zeros)
    end = len(data) if marker is None else marker.start()
    return _starved(data, end, image) or (_idle(data, end - 4, end, image) and _read(data, zeros, end, image))


def _read(data: bytes, zeros: int, end: int, image: Image.Image) -> bool:
    """Return whether more of the zeros up to ``end`` are read than two, which may be the end of a scan themselves."""
    return not _idle(data, zeros + 2, end, image)


def _starved(data: bytes, end: int, image: Image.Image) -> bool:
    """Return whether bits added to a scan at ``end`` change the picture: it was not complete without them."""
    return _decoded(data[:end] + _filler(64) + data[end:]) != image.tobytes()


def _idle(data: bytes, start: int, end: int, image: Image.Image) -> bool:
    """Return whether other bits in their place make no difference: nothing reads those from start to end.

    A code that stands for nothing leaves a picture as it is, too, but not without a remark.
    """
    other = data[:start] + _filler(end - start) + data[end:]
    return _decoded(other) == image.tobytes() and remark(other) == remark(data)


def _filler(count: int) -> bytes:
    return (_PATTERN * (count // len(_PATTERN) + 1))[:count]


def _decoded(data: bytes) -> bytes | None:
    try:
        return Image.open(io.BytesIO(data), formats=("JPEG",)).tobytes()
    except (OSError, SyntaxError):
        return None
