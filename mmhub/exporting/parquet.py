"""Parquet files and a card, which `datasets.load_dataset` opens with splits and features."""

from pathlib import Path

from mmhub.exporting.card import Published
from mmhub.exporting.layout import files
from mmhub.exporting.rows import Rows


def write(rows: Rows, folder: Path) -> None:
    """Write what is also published: ``data/``, ``ledger/``, ``evidence/``, ``README.md`` and ``mmhub.json``."""
    for _ in files(rows, folder, Published()):
        pass
