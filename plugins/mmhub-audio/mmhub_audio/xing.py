"""Whether an MP3 file says how long it is; FFmpeg guesses where it does not."""

from mmhub import Media

_TAGS = (b"Xing", b"Info", b"VBRI")
_SEARCHED = 4096


def counts_frames(media: Media) -> bool:
    """Return whether the first frame of an MP3 file is a Xing, Info or VBRI header, which counts the others."""
    with media.open() as file:
        file.seek(_after_tag(file.read(10)))
        first = file.read(_SEARCHED)
    return any(tag in first for tag in _TAGS)


def _after_tag(head: bytes) -> int:
    """Return where the sound begins behind an ID3v2 tag (id3.org, ID3v2.4.0, section 3.1), or zero without one."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size
