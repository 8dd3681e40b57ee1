"""A build that salvages: whole videos stay, damaged ones become spans, hopeless ones are quarantined."""

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
    segment=Step("video/salvage"),
    steps=(Step("video/duration"),),
)


def rows(options: Options, folder: Path | None) -> Iterator[Row]:
    for path in sorted(options.data_dir.iterdir()):
        yield {{"row_id": path.name, "film": path}}
"""


def test_a_damaged_video_becomes_its_good_spans_and_a_whole_one_stays(tmp_path, video_of):
    films = tmp_path / "films"
    films.mkdir()
    whole = video_of(200, format="matroska")
    (films / "whole.mkv").write_bytes(whole)
    (films / "cut.mkv").write_bytes(whole[: int(0.6 * len(whole))])
    (films / "hopeless.mp4").write_bytes(video_of(60)[:3000])
    script = tmp_path / "films.py"
    script.write_text(SCRIPT.format(folder=str(films)))
    mmhub.build(str(script), store=tmp_path / "store", workers=1)
    ledger = mmhub.load_ledger("films", store=tmp_path / "store")
    fates = dict(zip(ledger["row_id"], ledger["fate"], strict=True))
    assert fates["whole.mkv"] == "kept"
    assert fates["cut.mkv#0"] == "kept"
    assert fates["hopeless.mp4"] == "quarantined"
