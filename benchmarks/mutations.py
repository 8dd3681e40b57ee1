"""Files changed as transfers, disks and bugs change them: flipped bits, lost ends, wrong lengths."""

import random
import struct
from collections.abc import Callable


def flipped(data: bytearray, chance: random.Random) -> bytes:
    """Flip a few bits anywhere."""
    for _ in range(chance.choice((1, 3, 30))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def flipped_early(data: bytearray, chance: random.Random) -> bytes:
    """Flip bits where headers are."""
    for _ in range(chance.choice((1, 4, 16))):
        data[chance.randrange(min(len(data), 256))] ^= 1 << chance.randrange(8)
    return bytes(data)


def truncated(data: bytearray, chance: random.Random) -> bytes:
    """Leave off the end."""
    return bytes(data[: chance.randrange(len(data))])


def beheaded(data: bytearray, chance: random.Random) -> bytes:
    """Leave off the beginning."""
    return bytes(data[chance.randrange(1, max(2, min(len(data), 4096))) :])


def blown_up(data: bytearray, chance: random.Random) -> bytes:
    """Write large numbers over lengths and dimensions, as far as these are near the beginning."""
    for _ in range(chance.choice((1, 2, 5))):
        at = chance.randrange(max(1, min(len(data), 512)))
        number = chance.choice((0, 1, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 100_000))
        data[at : at + 4] = struct.pack(chance.choice(("<I", ">I")), number)
    return bytes(data)


def doubled(data: bytearray, chance: random.Random) -> bytes:
    """Repeat a stretch somewhere else."""
    start = chance.randrange(len(data))
    stretch = data[start : start + chance.randrange(1, 4096)]
    at = chance.randrange(len(data))
    return bytes(data[:at] + stretch + data[at:])


def zeroed(data: bytearray, chance: random.Random) -> bytes:
    """Blank a stretch."""
    start = chance.randrange(len(data))
    length = min(chance.randrange(1, 8192), len(data) - start)
    data[start : start + length] = bytes(length)
    return bytes(data)


MUTATIONS: tuple[Callable[[bytearray, random.Random], bytes], ...] = (
    flipped,
    flipped_early,
    truncated,
    beheaded,
    blown_up,
    doubled,
    zeroed,
)


def swapped(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Put the header of one file before the body of another."""
    length = chance.choice((4, 12, 64, 1024))
    return other[:length] + data[length:]
