"""Addresses of files that are not on this machine, such as ``s3://bucket/rows.parquet``."""

import re
from pathlib import Path

from mmhub.errors import SourceError

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_FOLDED = re.compile(r"([a-z][a-z0-9+.-]+):/+(.*)", re.IGNORECASE | re.DOTALL)
_SAID = {"http": "download it first", "https": "download it first", "file": "write the path alone"}


def is_address(text: str) -> bool:
    """Whether a text names a file somewhere else, and is no path of this machine."""
    return not text.startswith("/") and _ADDRESS.match(text) is not None


def address_in(path: Path | str) -> str | None:
    """Return the address that a path was before its slashes were folded into one; None for a path of this machine."""
    found = _FOLDED.fullmatch(str(path))
    return f"{found[1].lower()}://{found[2]}" if found and not Path(path).exists() else None


def check_is_here(path: Path) -> None:
    """Raise SourceError where what should be a path is an address of a file that no build can fetch."""
    address = address_in(path)
    if address:
        said = _SAID.get(address.partition(":")[0], "a build copies it to the store first")
        raise SourceError(f"{address!r} is not on this machine, and only files that are can be read: {said}")
