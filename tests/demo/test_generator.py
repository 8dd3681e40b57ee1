"""The demo's generator: the same seed gives the same files, and its truth can be relied on."""

import hashlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from dataset_scripts.demo.contents import draw_contents
from dataset_scripts.demo.defects import DEFECTS, DUPLICATES, UNLIKE, plant
from mmhub import Media, Options
from mmhub.recipes.catalogue import entry
from mmhub_image import Picture
from mmhub_image.hashes import hashes

ROWS = 120
DEMO = entry("demo").source
MEDIA = ("image", "audio", "video")


def generated(folder: Path, seed: int = 5):
    folder.mkdir(parents=True)
    options = DEMO.options(seed=seed, rows=ROWS)
    DEMO.generate(options, folder)
    return list(DEMO.rows(options, folder)), list(DEMO.planted(options, folder))


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "generated"


@pytest.fixture(scope="module")
def demo(folder):
    return generated(folder)


def test_one_seed_gives_the_same_bytes_twice(demo, folder, tmp_path):
    generated(tmp_path / "again")
    assert digests(tmp_path / "again") == digests(folder)


def test_another_seed_gives_other_files(demo, folder, tmp_path):
    generated(tmp_path / "other", seed=6)
    same = set(digests(folder).values()) & set(digests(tmp_path / "other").values())
    assert same <= {hashlib.sha256(b"").hexdigest(), *_pages(folder)}


def _pages(folder: Path) -> set[str]:
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.*") if _is_page(path)}


def _is_page(path: Path) -> bool:
    return path.read_bytes().startswith(b"<!DOCTYPE html>")


def test_rows_are_as_many_as_asked_for_and_their_ids_sorted(demo):
    ids = [row["row_id"] for row in demo[0]]
    assert len(ids) == ROWS
    assert ids == sorted(set(ids))


def test_every_planted_row_exists_and_none_has_two_defects(demo):
    rows, planted = demo
    ids = [each.row_id for each in planted]
    assert len(ids) == len(set(ids))
    assert set(ids) <= {row["row_id"] for row in rows}


def test_every_defect_is_planted_and_says_as_what_it_is_caught(demo):
    counts = Counter(each.defect for each in demo[1])
    assert set(counts) == {defect.name for defect in DEFECTS}
    assert all(each.caught_as for each in demo[1])


def test_every_file_is_there_but_for_the_missing_ones(demo):
    rows, planted = demo
    missing = {row["row_id"] for row in rows for field in MEDIA if row[field] and not Path(row[field]).exists()}
    assert missing == {each.row_id for each in planted if each.defect == "missing-file"}


def test_every_row_has_one_medium_and_a_caption_and_films_have_subtitles(demo):
    for row in demo[0]:
        assert sum(row[field] is not None for field in MEDIA) == 1
        assert isinstance(row["caption"], str)
        assert (row["subtitles"] is not None) == (row["video"] is not None)


@pytest.mark.parametrize("rows", [100, 1500])
def test_duplicates_come_after_flawless_originals(rows):
    contents = draw_contents(5, rows)
    plants = plant(contents, 5)
    copies = {row_id: each.other for row_id, each in plants.items() if each.defect.name in DUPLICATES}
    originals = [other.row_id for other in copies.values() if other]
    assert len(originals) == len(set(originals)) == len(copies)
    assert all(other.row_id < row_id and other.row_id not in plants for row_id, other in copies.items())


def test_captions_are_swapped_between_unlike_rows_in_pairs():
    contents = {content.row_id: content for content in draw_contents(5, 1500)}
    plants = plant(list(contents.values()), 5)
    swapped = {row_id: each for row_id, each in plants.items() if each.defect.name in UNLIKE}
    assert len(swapped) >= 30
    for row_id, each in swapped.items():
        assert UNLIKE[each.defect.name](contents[row_id], each.other)
        assert swapped[each.other.row_id].other == contents[row_id]


def test_a_defect_has_the_share_of_rows_it_asks_for():
    contents = draw_contents(5, 1500)
    counts = Counter(each.defect.name for each in plant(contents, 5).values())
    for defect in DEFECTS:
        among = sum(content.kind in defect.kinds for content in contents)
        assert abs(counts[defect.name] - defect.share * among) < 2


def test_flawless_pictures_do_not_look_alike(demo):
    rows, planted = demo
    flawed = {each.row_id for each in planted}
    paths = [row["image"] for row in rows if row["image"] and row["row_id"] not in flawed]
    found = np.array(hashes([_decoded(path) for path in paths], Options())["phash"], dtype=np.uint64)
    distances = np.bitwise_count(found[:, None] ^ found)[np.triu_indices(len(found), 1)]
    assert distances.min() > 4


def _decoded(path: str) -> Picture:
    from mmhub_image import decode

    return decode(Media(path=path))
