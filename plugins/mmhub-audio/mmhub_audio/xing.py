"""What an MP3 file says of its own length; FFmpeg guesses where it does not."""

from mmhub import Media

_TAGS = (b"Xing", b"Info", b"VBRI")
_SEARCHED = 4096
_HAS_FRAMES, _HAS_BYTES = 1, 2


def counts_frames(media: Media) -> bool:
    """Return whether the first frame of an MP3 file is a Xing, Info or VBRI header, which counts the others."""
    with media.open() as file:
        file.seek(after_tag(file.read(10)))
        first = file.read(_SEARCHED)
    return any(tag in first for tag in _TAGS)


def counted_bytes(first: bytes) -> int:
    """Return how many bytes of frames there are by the Xing or Info header in the first of them, else zero."""
    place = max(first.find(b"Xing"), first.find(b"Info"))
    flags = int.from_bytes(first[place + 4 : place + 8]) if place >= 0 else 0
    if not flags & _HAS_BYTES:
        return 0
    counted = place + (12 if flags & _HAS_FRAMES else 8)
    return int.from_bytes(first[counted : counted + 4])


def after_tag(head: bytes) -> int:
    """Return where the sound begins behind an ID3v2 tag (id3.org, ID3v2.4.0, section 3.1), or zero without one."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size
