"""Small pictures of what was found: of a picture itself, of a film its first frame; a sound has none."""

import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mmhub.blocks import ABSENT, Blocks
from mmhub.errors import ExportError
from mmhub.loading import blocks_of
from mmhub.searching.nearest import Hit
from mmhub.store import Store
from mmhub.version import Version

if TYPE_CHECKING:
    from PIL.Image import Image

_SIDE, _QUALITY = 256, 85


def write_thumbnails(
    hits: Sequence[Hit], version: Version, store: Store, *, field: str, folder: Path
) -> list[str | None]:
    """Write JPEGs of at most 256 pixels a side into ``folder`` and return their paths; None for a row without one.

    A row is shown by its value of ``field`` where that can be seen, or else by its first that can. The files are
    named by rank and row_id. Raises ExportError where the folder cannot be written.
    """
    fields = sorted(_visible(version), key=lambda name: name != field)
    blocks = blocks_of(version, store)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths: list[str | None] = []
        for rank, hit in enumerate(hits, 1):
            small = _small(hit, version, fields, field, blocks)
            path = folder / f"{rank:03d}-{re.sub(r'[^A-Za-z0-9._-]+', '_', hit.row_id)[:80]}.jpg"
            if small is not None:
                small.save(path, "JPEG", quality=_QUALITY)
            paths.append(None if small is None else str(path))
    except OSError as error:
        raise ExportError(f"thumbnails cannot be written to {str(folder)!r}: {error.strerror or error}") from error
    return paths


def _visible(version: Version) -> list[str]:
    """Return the fields of a version that hold pictures or films."""
    schema = version.manifest["schema"]
    return [name for name in version.manifest["recipe"]["fields"] if _kind(schema.get(name, {})) in _MAKERS]


def _small(hit: Hit, version: Version, fields: Sequence[str], field: str, blocks: Blocks) -> "Image | None":
    """Return the first of some fields of a row as a small picture, None where it has none that opens."""
    for name in fields:
        key = hit.value(name, found_in=field)
        if key is not None:
            return _made(_kind(version.manifest["schema"][name]), _bytes(key, blocks))
    return None


def _bytes(key: bytes, blocks: Blocks) -> bytes | None:
    position = int(blocks.positions(np.frombuffer(key, np.uint8).reshape(1, 32))[0])
    return None if position == ABSENT else bytes(blocks.table["media"][position]["bytes"].as_buffer())


def _made(kind: str, data: bytes | None) -> "Image | None":
    if data is None:
        return None
    try:
        return _MAKERS[kind](data)
    except (ImportError, OSError, ValueError, SyntaxError, EOFError, MemoryError):
        # What was once decoded and now cannot be costs its picture, not the answer. PyAV's errors are among these.
        return None


def _picture(data: bytes) -> "Image":
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", (2 * _SIDE, 2 * _SIDE))
        return _reduced(ImageOps.exif_transpose(picture))


def _first_frame(data: bytes) -> "Image":
    import av
    from PIL import Image

    with av.open(io.BytesIO(data), "r") as container:
        for frame in container.decode(video=0):
            return _reduced(Image.fromarray(frame.to_ndarray(format="rgb24")))
    raise ValueError("a film without a frame")


def _reduced(picture: "Image") -> "Image":
    small = picture.convert("RGB")
    small.thumbnail((_SIDE, _SIDE))
    return small


_MAKERS: dict[str, Callable[[bytes], "Image"]] = {"Image": _picture, "Video": _first_frame}


def _kind(feature: dict[str, Any]) -> str:
    """Return the `datasets` feature of a column, or of the values of its lists."""
    inner = feature.get("feature")
    return _kind(inner) if isinstance(inner, dict) else str(feature.get("_type"))
