"""Small pictures of what was found: of a picture itself, of a film its first frame; a sound has none."""

import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmhub.errors import ExportError
from mmhub.searching.hit import Hit
from mmhub.searching.searched import Searched
from mmhub.version import Version

if TYPE_CHECKING:
    from PIL.Image import Image

_SIDE, _QUALITY = 256, 85


def write_thumbnails(hits: Sequence[Hit], searched: Searched, *, field: str, folder: Path) -> list[str | None]:
    """Write JPEGs of at most 256 pixels a side into ``folder`` and return their paths; None for a row without one.

    A row is shown by its value of ``field`` where that can be seen, or else by its first that can. The files are
    named by rank and row_id. Raises ExportError where the folder cannot be written.
    """
    fields = sorted(_visible(searched.version), key=lambda name: name != field)
    smalls = [_small(hit, searched, fields, field) for hit in hits]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_saved(small, hit, rank, folder) for rank, (hit, small) in enumerate(zip(hits, smalls, strict=True), 1)]
    except OSError as error:
        raise ExportError(f"thumbnails cannot be written to {str(folder)!r}: {error.strerror or error}") from error


def _saved(small: "Image | None", hit: Hit, rank: int, folder: Path) -> str | None:
    if small is None:
        return None
    path = folder / f"{rank:03d}-{re.sub(r'[^A-Za-z0-9._-]+', '_', hit.row_id)[:80]}.jpg"
    small.save(path, "JPEG", quality=_QUALITY)
    return str(path)


def _visible(version: Version) -> list[str]:
    """Return the fields of a version that hold pictures or films."""
    schema = version.manifest["schema"]
    return [name for name in version.manifest["recipe"]["fields"] if _kind(schema.get(name, {})) in _MAKERS]


def _small(hit: Hit, searched: Searched, fields: Sequence[str], field: str) -> "Image | None":
    """Return the first of some fields of a row as a small picture, None where it has none that opens."""
    for name in fields:
        data = searched.media(hit, name, found_in=field)
        if data is not None:
            return _made(_kind(searched.version.manifest["schema"][name]), data)
    return None


def _made(kind: str, data: bytes) -> "Image | None":
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
