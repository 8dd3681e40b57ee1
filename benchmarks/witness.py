"""A plugin that witnesses measuring: an operator which notes every picture it sees, and takes its time over it."""

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mmhub import Cleaner, Columns, Fact, Options, Row, Source, hookimpl

SECONDS = 0.01
"""How long it rests over a picture, unless ``$MMHUB_WITNESS_SECONDS`` says otherwise."""


def witness(values: Sequence[Any], options: Options) -> Columns:
    """Note each value in the file ``$MMHUB_WITNESS``, and rest a moment."""
    descriptor = os.open(os.environ["MMHUB_WITNESS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, b".\n" * len(values))
    os.close(descriptor)
    time.sleep(float(os.environ.get("MMHUB_WITNESS_SECONDS", SECONDS)) * len(values))
    return {"seen": np.ones(len(values), dtype=bool)}


class FolderOptions(Options):
    """Where the pictures are."""

    data_dir: Path
    """A folder of pictures."""


def rows(options: FolderOptions, folder: Path | None) -> Iterator[Row]:
    """Yield a row per picture."""
    for path in sorted(options.data_dir.iterdir()):
        yield {"row_id": path.name, "image": path, "text": f"This is the picture {path.stem}."}


@hookimpl
def mmhub_sources() -> Iterable[Source]:
    """Offer a folder of pictures."""
    yield Source(name="pictures", version=1, summary="Pictures in a folder.", options=FolderOptions, rows=rows)


@hookimpl
def mmhub_cleaners() -> Iterable[Cleaner]:
    """Offer the witness."""
    yield Cleaner(
        name="image/witness",
        version=1,
        modality="image",
        summary="Notes that it saw a picture.",
        facts=(Fact(name="seen", dtype="bool", summary="Always true."),),
        measure=witness,
    )
