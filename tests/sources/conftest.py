from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mmhub import plugins
from mmhub.operators import Lost, Media, Remark

OFFERS = plugins.collect({})


class Read:
    """What a source yielded: rows, those that are lost, and its remarks."""

    def __init__(self, source: str, folder: Path | None, options: dict[str, Any]) -> None:
        declared = OFFERS.sources[source]
        found = list(declared.rows(declared.options(**options), folder))
        self.lost = [each for each in found if isinstance(each, Lost)]
        self.remarks = [each.text for each in found if isinstance(each, Remark)]
        self.rows = [each for each in found if not isinstance(each, Lost | Remark)]

    def column(self, name: str) -> dict[str, Any]:
        return {row["row_id"]: row.get(name) for row in self.rows}

    def held(self, name: str) -> list[Any]:
        """Return the values of a column, those that are media as their bytes."""
        return [each.read() if isinstance(each, Media) else each for each in self.column(name).values()]


@pytest.fixture
def read() -> Callable[..., Read]:
    return lambda source, folder=None, **options: Read(source, folder, options)


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes a file below the folder of the test, and returns its path."""

    def write(name: str, content: str | bytes = b"some bytes") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
