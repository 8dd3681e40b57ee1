"""How a defect comes about: what it does to a picture, to samples, to the bytes of a file, or to a caption."""

from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image, ImageFilter

from .scenes import accented
from .voices import SAMPLE_RATE_HZ

_PAGE = b"<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head><body>Not Found</body></html>\n"


def blur(rng: np.random.Generator, picture: Image.Image) -> Image.Image:
    """Return a picture out of focus."""
    return picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(3.5, 5.0))))


def shrink(rng: np.random.Generator, picture: Image.Image) -> Image.Image:
    """Return a picture as small as an icon."""
    side = int(rng.integers(24, 49))
    return picture.resize((side, side), Image.Resampling.BICUBIC)


def retouch(rng: np.random.Generator, picture: Image.Image) -> Image.Image:
    """Return a picture a little smaller and a little brighter, which looks the same."""
    share, gain = rng.uniform(0.85, 0.97), rng.uniform(1.02, 1.06)
    size = (round(picture.width * share), round(picture.height * share))
    return picture.resize(size, Image.Resampling.LANCZOS).point(lambda level: min(255, round(level * gain)))


def lay_down(rng: np.random.Generator, picture: Image.Image) -> Image.Image:
    """Return a picture on its side, as a camera stores it that notes in EXIF how it was held."""
    return picture.transpose(Image.Transpose.ROTATE_90)


def hush(rng: np.random.Generator, samples: np.ndarray) -> np.ndarray:
    """Return as many samples of nothing but the faintest noise."""
    return rng.normal(0, 1e-5, len(samples)).astype(np.float32)


def overdrive(rng: np.random.Generator, samples: np.ndarray) -> np.ndarray:
    """Return samples cut off at full scale, four fifths of them or so."""
    loud = float(np.quantile(np.abs(samples), rng.uniform(0.15, 0.25)))
    return np.clip(samples / loud, -1, 1)


def snip(rng: np.random.Generator, samples: np.ndarray) -> np.ndarray:
    """Return the first twentieth of a second."""
    return samples[: SAMPLE_RATE_HZ // 20]


def cut(rng: np.random.Generator, data: bytes) -> bytes:
    """Return the first part of a file, as an interrupted download leaves it."""
    return data[: round(len(data) * rng.uniform(0.3, 0.7))]


def page(rng: np.random.Generator, data: bytes) -> bytes:
    """Return the page a server sends in place of a file it does not have."""
    return _PAGE


def nothing(rng: np.random.Generator, data: bytes) -> bytes:
    """Return no bytes."""
    return b""


def misread(rng: np.random.Generator, caption: str) -> str:
    """Return a caption whose UTF-8 was read as Windows-1252."""
    return accented(caption).encode().decode("cp1252")


def scatter(rng: np.random.Generator, caption: str) -> str:
    """Return a caption with white space of all kinds between its words."""
    gaps = rng.choice(["  ", "\t", " \n", "\u00a0 ", "   "], caption.count(" ") + 2)
    return "".join(gap + word for gap, word in zip(gaps, [*caption.split(" "), ""], strict=True))


def silence_caption(rng: np.random.Generator, caption: str) -> str:
    """Return a caption of nothing but white space, or nothing at all."""
    return str(rng.choice(["", "   "]))


PICTURES: Mapping[str, Callable[[np.random.Generator, Image.Image], Image.Image]] = {
    "blurred": blur,
    "tiny": shrink,
    "near-duplicate": retouch,
    "turned": lay_down,
}
SAMPLES: Mapping[str, Callable[[np.random.Generator, np.ndarray], np.ndarray]] = {
    "silent": hush,
    "clipped": overdrive,
    "short-sound": snip,
}
BYTES: Mapping[str, Callable[[np.random.Generator, bytes], bytes]] = {
    "truncated-picture": cut,
    "page-for-picture": page,
    "empty-file": nothing,
    "truncated-sound": cut,
    "page-for-sound": page,
    "truncated-film": cut,
}
CAPTIONS: Mapping[str, Callable[[np.random.Generator, str], str]] = {
    "mojibake": misread,
    "messy-whitespace": scatter,
    "empty-caption": silence_caption,
}
