"""`mmhub search`, as it is typed."""

import json
import sys

import pytest

from mmhub.cli import main


@pytest.fixture
def typed(gallery, monkeypatch, capsys):
    """A function that runs `mmhub search`, and returns its status, output and words."""
    monkeypatch.setenv("MMHUB_HOME", str(gallery.store))
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["mmhub", "search", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return (int(ended.value.code or 0), *capsys.readouterr())

    return run


def test_rows_are_shown_as_a_table_with_one_line_each(typed):
    status, out, err = typed("gallery", "a red circle", "--top", 3)
    heading, *rows = out.splitlines()
    assert (status, heading.split()) == (0, ["row_id", "score", "split", "text"])
    assert [row.split()[0] for row in rows] == ["1", "2", "3"]
    assert "3 nearest in image_clip of gallery@1.0.0" in err


def test_json_is_one_object(typed, gallery):
    status, out, _ = typed("gallery@1.0.0", "--image", gallery.folder / "p04.jpg", "--top", 2, "--json")
    answer = json.loads(out)
    assert (status, answer["version"], answer["column"], answer["index"]) == (0, "gallery@1.0.0", "image_clip", None)
    assert [row["row_id"] for row in answer["rows"]][:1] == ["p04"]


def test_an_index_is_named(typed):
    assert "by its flat index" in typed("gallery", "a shape", "--column", "video_frames")[2]


def test_thumbnails_are_written_and_their_paths_shown(typed, tmp_path):
    _, out, _ = typed("gallery", "a red circle", "--top", 1, "--thumbnails", tmp_path / "t")
    (path,) = (tmp_path / "t").iterdir()
    assert path.name in "".join(out.split())


def test_rows_in_which_nothing_can_be_seen_are_counted(typed, tmp_path):
    _, _, err = typed("gallery", "a bell", "--column", "audio_clap", "--top", 2, "--thumbnails", tmp_path)
    assert "2 of 2 rows have no thumbnail: nothing in them can be seen" in err


def test_a_name_that_is_not_there_is_a_sentence(typed):
    status, out, err = typed("galery", "a dog")
    assert (status, out) == (1, "")
    assert err.startswith("error: ")
    assert "did you mean 'gallery'?" in err
