"""A build that puts sounds in their place: what was found and what was done stands in the ledger."""

import numpy as np
import pytest
from struck import struck

import mmhub

SCRIPT = """
from collections.abc import Iterator
from pathlib import Path

import mmhub
from mmhub import Column, Recipe, Row, Step


class Options(mmhub.Options):
    data_dir: Path = Path({folder!r})


recipe = Recipe(
    name="films",
    fields={{"film": Column(modality="video")}},
    steps=(Step("video/av-shift"), Step("video/av-offset")),
)


def rows(options: Options, folder: Path | None) -> Iterator[Row]:
    for path in sorted(options.data_dir.iterdir()):
        yield {{"row_id": path.stem, "film": path}}
"""


def test_the_offset_found_the_repair_and_what_is_left_are_recorded(tmp_path):
    films = tmp_path / "films"
    films.mkdir()
    shown, hits = range(0, 6000, 40), np.cumsum(np.random.default_rng(4).integers(300, 900, 9)).tolist()
    for name, late_ms in (("late", 500), ("right", 0)):
        (films / f"{name}.mkv").write_bytes(struck(shown, hits, late_ms=late_ms))
    script = tmp_path / "films.py"
    script.write_text(SCRIPT.format(folder=str(films)))
    mmhub.build(str(script), store=tmp_path / "store", workers=1)
    ledger = {row["row_id"]: row for row in mmhub.load_ledger("films", store=tmp_path / "store")}
    late, right = ledger["late"], ledger["right"]
    assert late["repair:video/av-shift@film.found_offset_ms"] == pytest.approx(500, abs=25)
    assert late["repair:video/av-shift@film.moved_ms"] == pytest.approx(-500, abs=25)
    assert (late["repaired"], right["repaired"]) == (["video/av-shift"], [])
    for row in (late, right):
        assert row["fate"] == "kept"
        assert row["video/av-offset.offset_ms"] == pytest.approx(0, abs=25)
