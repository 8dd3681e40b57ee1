"""What lies at an address: the files below a folder, those that a pattern means, or one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from glob import has_magic
from typing import Any

from mmhub.downloading.failures import Failed
from mmhub.downloading.filesystems import FileSystems, parted
from mmhub.downloading.reading import stamp_of
from mmhub.errors import SourceError
from mmhub.places.archive import leads_out
from mmhub.recipes.downloads import Downloads

_DEPTHS = {"hf": 3}
"""How many parts of a path are a place of its own, such as a bucket, where it is not the first alone."""


@dataclass(frozen=True)
class Found:
    """A file by its name below the folder that was listed: its size in bytes, and what changes with it."""

    size: int
    stamp: str


@dataclass(frozen=True)
class Listed:
    """The files at an address, by their names relative to the folder at ``base``; ``whole`` if it is that folder."""

    base: str
    files: Mapping[str, Found]
    whole: bool


def base_of(address: str) -> str:
    """Return the address of the folder in which all lies that a pattern, or the name of a file, may mean."""
    scheme, rest = address.split("://", 1)
    parts = rest.rstrip("/").split("/")
    fixed = next((n for n, part in enumerate(parts) if has_magic(part)), len(parts) - 1)
    return f"{scheme}://{'/'.join(parts[:fixed])}"


def listed(address: str, options: Downloads) -> Listed:
    """Return the files at an address; raise SourceError where there is none, or it cannot be listed."""
    try:
        with FileSystems(options).at(address) as (system, path):
            if has_magic(address):
                found, base = system.glob(path, detail=True), base_of(address)
            elif system.info(path).get("type") == "directory":
                found, base = system.find(path, detail=True), address.rstrip("/")
            else:
                found, base = {path: system.info(path)}, base_of(address)
            above = system._strip_protocol(base)
    except Failed as failed:
        raise SourceError(f"{address!r} cannot be read ({failed.reason}): {failed.message}") from failed
    files = dict(_named(found, above))
    if not files:
        raise SourceError(f"there is no file at {address!r}")
    return Listed(base, files, base == address.rstrip("/"))


def _named(found: Mapping[str, Mapping[str, Any]], above: str) -> Iterator[tuple[str, Found]]:
    for path, about in sorted(found.items()):
        name = path.removeprefix(above).lstrip("/")
        if about.get("type") != "directory" and not name.endswith("/") and not leads_out(name):
            yield name, Found(int(about.get("size") or 0), stamp_of(about))


def place_around(address: str) -> str:
    """Return the place whose files a source at ``address`` may name: its bucket or host, or its repository."""
    scheme, rest = parted(address)
    depth = _DEPTHS.get(scheme, 1)
    return f"{scheme}://{'/'.join(rest.split('/')[:depth])}"
