"""Copies of packed files, not packed, so that whoever reads a part of one finds it where it lies."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path


def copy_of(file: Path, folder: Path, ending: str, write: Callable[[Path], None]) -> Path:
    """Return the copy that ``write`` makes of a file, in ``folder``; one of the file as it is now is not made again."""
    state = file.stat()
    named = hashlib.sha256(str(file.absolute()).encode()).hexdigest()[:16]
    place = folder / f"{named}-{state.st_size}-{state.st_mtime_ns}{ending}"
    if place.exists():
        return place
    for old in folder.glob(f"{named}-*{ending}"):
        old.unlink(missing_ok=True)
    draft = folder / f"{named}.draft-{os.getpid()}"
    try:
        write(draft)
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
    return place
