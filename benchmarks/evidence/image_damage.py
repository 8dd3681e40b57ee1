"""Damaged picture files: those made by others, those cut off, and those hurt within."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from evidence.photographs import Pixels, file_of, photographs, pixels_of, seen
from evidence.scoring import Scored, scored

_DAMAGED = (
    "bmp_b_badwidth.bmp",
    "bmp_b_shortfile.bmp",
    "broken.png",
    "crash-0c7e0e8e11ce787078f00b5b0ca409a167f070e0.tif",
    "crash-86214e58da443d2b80820cff9677a38a33dcbbca.tif",
    "decompression_bomb.gif",
    "hopper_bad_exif.jpg",
    "png_decompression_dos.png",
    "samplefilehub.heif",
    "truncated_jpeg.jpg",
    "zero_width.gif",
)
"""The files of the hostile folder that are damaged, harmful or cannot be read; the others are odd, and whole."""
_CUTS, _HURTS = 8, 8
_SIDE = 400
_FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "jpeg": ("JPEG", {"quality": 88}),
    "jpeg-progressive": ("JPEG", {"quality": 88, "progressive": True}),
    "jpeg-restarts": ("JPEG", {"quality": 88, "restart_marker_rows": 1}),
    "jpeg-several": ("MPO", {"save_all": True}),
    "png": ("PNG", {"compress_level": 1}),
    "webp": ("WEBP", {"method": 0}),
    "webp-lossless": ("WEBP", {"lossless": True, "method": 0}),
    "gif": ("GIF", {}),
    "bmp": ("BMP", {}),
    "tiff": ("TIFF", {}),
    "tiff-lzw": ("TIFF", {"compression": "tiff_lzw"}),
    "avif": ("AVIF", {"speed": 10}),
    "jpeg-2000": ("JPEG2000", {}),
}
_JPEGS = ("jpeg", "jpeg-progressive", "jpeg-restarts")


def rows(samples: Path, seed: int) -> Iterator[Scored]:
    """Yield a row of what has to be found, one per part of it, and others of what is hurt within."""
    rng = np.random.default_rng(seed)
    pictures = [pixels_of(path)[:_SIDE, :_SIDE] for path in photographs(samples)]
    hostile = samples / "hostile/image"
    made_by_others = [seen((hostile / name).read_bytes()) is None for name in _DAMAGED if (hostile / name).is_file()]
    odd = [path for path in sorted(hostile.iterdir()) if path.name not in _DAMAGED]
    sound = [seen(path.read_bytes()) is None for path in (*odd, *photographs(samples))]
    files = {
        name: [_file(pixels, name) for pixels in pictures[: 8 if name not in _JPEGS else None]] for name in _FORMATS
    }
    whole = [seen(file) is None for each in files.values() for file in each]
    cut = {name: [_cut(file, rng) for file in each for _ in range(_CUTS)] for name, each in files.items()}
    caught = [hit for hits in cut.values() for hit in hits]
    yield scored("damaged/image", [*made_by_others, *caught], [*sound, *whole], "hostile files, and cuts")
    yield scored("damaged/image/hostile", made_by_others, sound, "lost: odd files, and photographs as they are")
    for name, hits in cut.items():
        yield scored(f"damaged/image/cut-{name}", hits, [])
    for name in _JPEGS:
        for how, hurt in HURTS.items():
            found = [hurt_is_seen(file, hurt, rng) for file in files[name] for _ in range(_HURTS)]
            yield scored(f"damaged/image/{how}-{name}", found, [], "512 bytes within; reported only")


def _file(pixels: Pixels, name: str) -> bytes:
    kind, settings = _FORMATS[name]
    if kind != "MPO":
        return file_of(pixels, kind, **settings)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind, **settings, append_images=[Image.fromarray(pixels[::-1])])
    return stream.getvalue()


def _cut(file: bytes, rng: np.random.Generator) -> bool:
    return seen(file[: int(rng.uniform(0, 0.99) * len(file))]) is None


# -- what is hurt within -------------------------------------------------------------------------------------

_LENGTH = 512
Hurt = Callable[[bytes, int, np.random.Generator], bytes]


def hurt_is_seen(file: bytes, hurt: Hurt, rng: np.random.Generator) -> bool:
    """Return whether a file is refused once a stretch of it is hurt, somewhere in its middle nine tenths."""
    start = int(rng.uniform(0.1, 0.9) * (len(file) - 2 * _LENGTH))
    return seen(hurt(file, start, rng)) is None


def removed(file: bytes, start: int, rng: np.random.Generator) -> bytes:
    """Leave a stretch out."""
    return file[:start] + file[start + _LENGTH :]


def zeroed(file: bytes, start: int, rng: np.random.Generator) -> bytes:
    """Blank a stretch."""
    return file[:start] + bytes(_LENGTH) + file[start + _LENGTH :]


def overwritten(file: bytes, start: int, rng: np.random.Generator) -> bytes:
    """Write random bytes over a stretch."""
    return file[:start] + rng.bytes(_LENGTH) + file[start + _LENGTH :]


HURTS: dict[str, Hurt] = {"removed": removed, "zeroed": zeroed, "overwritten": overwritten}
