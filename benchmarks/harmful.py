"""Files made to harm: bombs, polyglots, claims that are not true, nothing at all."""

import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO


def made(kind: str) -> Iterator[tuple[str, bytes]]:
    """Yield such files for decoders of a kind of media, each with a name."""
    yield "empty", b""
    yield "one-byte", b"\xff"
    yield "zeroes", bytes(1 << 16)
    yield "noise", random.Random(0).randbytes(1 << 16)
    yield "script", b"#!/bin/sh\nrm -rf /\n"
    yield "pickle", b"cos\nsystem\n(S'false'\ntR."
    yield "zip-bomb", _zip_bomb()
    yield "polyglot", b"GIF89a" + b"RIFF\xff\xff\xff\xffWAVEfmt " + b"%PDF-1.7\n" + b"\xff\xd8\xff\xe0" * 64
    if kind == "image":
        yield "png-bomb", _png(60_000, 60_000, rows=16)
        yield "png-wide", _png(0x7FFFFFFF, 0x7FFFFFFF, rows=0)
        yield "png-large-and-true", _png(12_000, 12_000, rows=12_000)
    if kind == "audio":
        yield "wav-claims-4-gigabytes", _wav(0xFFFFFFFF, rate=8000, channels=1)
        yield "wav-65535-channels", _wav(64, rate=8000, channels=0xFFFF)
        yield "wav-no-rate", _wav(64, rate=0, channels=1)
    if kind == "text":
        yield "nulls", b"\x00" * 1000
        yield "one-long-line", b"a" * (8 << 20)
        yield "deep-json", b"[" * 200_000
        yield "marks-upon-marks", ("Z" + "\u0351" * 200_000).encode()


def _zip_bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeroes", bytes(64 << 20))
    return out.getvalue()


def _png(width: int, height: int, *, rows: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    pixels = zlib.compress((b"\0" + bytes(min(width, 60_000))) * rows, 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _wav(claimed: int, *, rate: int, channels: int) -> bytes:
    form = struct.pack("<HHIIHH", 1, channels, rate, (rate * channels * 2) & 0xFFFFFFFF, (channels * 2) & 0xFFFF, 16)
    return (
        b"RIFF"
        + struct.pack("<I", claimed)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + form
        + (b"data" + struct.pack("<I", claimed) + bytes(4000))
    )
