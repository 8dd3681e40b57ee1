"""The contract every plugin keeps to."""

import io
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from PIL import Image

import mmhub_image
import mmhub_text
from mmhub.testing import PluginContract


def _file(image: Image.Image, kind: str = "PNG", **settings: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **settings)
    return stream.getvalue()


def _samples() -> list[bytes]:
    random = np.random.default_rng(0)
    pixels = random.integers(0, 255, (12, 16, 3), dtype=np.uint8)
    large = Image.fromarray(np.repeat(np.repeat(pixels, 12, axis=0), 12, axis=1))
    framed = Image.new("RGB", (240, 200))
    framed.paste(large, (20, 30))
    on_its_side = Image.Exif()
    on_its_side[0x0112] = 6
    return [
        _file(large, "JPEG", exif=on_its_side),
        _file(large.convert("CMYK"), "JPEG"),
        _file(large.convert("P")),
        _file(large.convert("RGBA")),
        _file(framed),
        _file(Image.fromarray(np.arange(256, dtype=np.uint16).reshape(16, 16) * 257)),
        _file(Image.new("L", (1, 1))),
    ]


class TestImage(PluginContract):
    plugin = mmhub_image
    beside = (mmhub_text,)
    samples: ClassVar[Mapping[str, Sequence[Any]]] = {"image": _samples(), "text": ["A dog.", "two dogs on a beach"]}
    options: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "image/clip": {"model": "mmhub_image:clip", "batch_size": 2},
        "image/transformer": {"model": "mmhub_image:clip", "batch_size": 2},
    }
