"""Copies of pictures: encoded again, in another size or light, cropped, mirrored."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from evidence.photographs import Pixels, file_of, lit, photographs, pixels_of, resized, seen
from evidence.scoring import Scored, scored
from mmhub import Distinct
from mmhub_image.hashes import HASH

_TRIALS = 224
_WITHIN = max(rule.within for rule in HASH.rules if isinstance(rule, Distinct))
Change = Callable[[Pixels, np.random.Generator], bytes]


def rows(samples: Path, seed: int) -> Iterator[Scored]:
    """Yield a row of all that counts as a copy, one per kind, and two of what is reported only."""
    pictures = [pixels_of(path) for path in photographs(samples)]
    hashes = [_hash(file_of(pixels, "PNG", compress_level=1)) for pixels in pictures]
    found = {name: _found(pictures, hashes, change, seed) for name, change in (CHANGES | REPORTED).items()}
    lost = _repeats([_hash(file_of(part, quality=90)) for pixels in pictures for part in _unlike(pixels)])
    note = f"hashes within {_WITHIN} of 64 bits; unlike: photographs and their quarters"
    yield scored("image-duplicates", [hit for name in CHANGES for hit in found[name]], lost, note)
    for name, hits in found.items():
        yield scored(f"image-duplicates/{name}", hits, [], "" if name in CHANGES else "reported only")


def _found(pictures: list[Pixels], hashes: list[int | None], change: Change, seed: int) -> list[bool]:
    hits = []
    for trial in range(_TRIALS):
        place = trial % len(pictures)
        copy = _hash(change(pictures[place], np.random.default_rng((seed, trial))))
        hits.append(_alike(hashes[place], copy))
    return hits


def _hash(file: bytes) -> int | None:
    picture = seen(file)
    if picture is None or HASH.measure is None:
        return None
    phash: int | None = HASH.measure([picture], HASH.options())["phash"][0]
    return phash


def _alike(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and (one ^ other).bit_count() <= _WITHIN


def _repeats(hashes: list[int | None]) -> list[bool]:
    """Return of each picture whether it is taken for a copy of one before it."""
    return [any(_alike(one, other) for other in hashes[:place]) for place, one in enumerate(hashes)]


def _unlike(pixels: Pixels) -> list[Pixels]:
    """Return a photograph and its four quarters: five unlike pictures."""
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    return [pixels, *(pixels[y : y + height, x : x + width] for y in (0, height) for x in (0, width))]


def reencoded(pixels: Pixels, rng: np.random.Generator) -> bytes:
    """Save as a JPEG of a quality from 40 on."""
    return file_of(pixels, quality=int(rng.integers(40, 96)))


def resized_by(pixels: Pixels, rng: np.random.Generator) -> bytes:
    """Make the picture half to one and a half times as large."""
    return file_of(resized(pixels, float(rng.uniform(0.5, 1.5))), quality=90)


def in_other_light(pixels: Pixels, rng: np.random.Generator) -> bytes:
    """Make the picture brighter or darker by a tenth."""
    return file_of(lit(pixels, float(rng.choice((0.9, 1.1)))), quality=90)


def cropped_by_a_twentieth(pixels: Pixels, rng: np.random.Generator) -> bytes:
    """Cut a twentieth off each side's length, somewhere."""
    height, width = pixels.shape[:2]
    top, left = (int(rng.uniform(0, 0.05) * side) for side in (height, width))
    return file_of(pixels[top : top + int(0.95 * height), left : left + int(0.95 * width)], quality=90)


def mirrored(pixels: Pixels, rng: np.random.Generator) -> bytes:
    """Swap left and right."""
    return file_of(np.ascontiguousarray(pixels[:, ::-1]), quality=90)


CHANGES: dict[str, Change] = {"reencoded": reencoded, "resized": resized_by, "brightness": in_other_light}
"""What leaves a copy."""
REPORTED: dict[str, Change] = {"cropped": cropped_by_a_twentieth, "mirrored": mirrored}
