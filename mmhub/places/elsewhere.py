"""Addresses of files that are not on this machine, given where a file or a folder is expected."""

import re
from pathlib import Path

from mmhub.errors import SourceError

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+):/+(.*)", re.IGNORECASE)
_SAID = {
    "hf": "the source `hub` reads datasets of the Hub by their id, OWNER/NAME",
    "http": "download it first",
    "https": "download it first",
    "s3": "copy it here first, as with `aws s3 cp --recursive`, or mount the bucket",
    "gs": "copy it here first, as with `gcloud storage cp --recursive`, or mount the bucket",
}


def check_is_here(path: Path) -> None:
    """Raise SourceError where what should be a path is an address, such as ``s3://bucket/rows.parquet``."""
    found = _ADDRESS.fullmatch(str(path))
    if found:
        scheme, rest = found.groups()
        said = _SAID.get(scheme.lower(), "copy it here first")
        raise SourceError(f"'{scheme}://{rest}' is not on this machine, and only files that are can be read: {said}")
