"""`mmhub search`, as it is typed."""

import io
import json
import sys

import pytest

from mmhub.cli import main
from mmhub.encoding import loaded


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
    (answer,) = json.loads(out)["answers"]
    assert (status, json.loads(out)["version"]) == (0, "gallery@1.0.0")
    assert (answer["query"][-7:], answer["column"], answer["index"]) == ("p04.jpg", "image_clip", None)
    assert [row["row_id"] for row in answer["rows"]][:1] == ["p04"]


def test_several_queries_are_answered_in_turn_by_an_encoder_that_is_loaded_once(typed, gallery, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "stdin", io.StringIO("a red circle\n\na blue star\n"))
    loaded._load.cache_clear()
    asked = ["a bell", "-", "--image", gallery.folder / "p04.jpg", "--image", gallery.folder / "p05.jpg"]
    _, out, _ = typed("gallery", *asked, "--column", "image_clip", "--top", 1, "--json", "--thumbnails", tmp_path)
    told = json.loads(out)["answers"]
    assert [each["query"] for each in told[:3]] == ["a bell", "a red circle", "a blue star"]
    assert [each["rows"][0]["row_id"] for each in told[3:]] == ["p04", "p05"]
    assert [each["rows"][0]["thumbnail"] for each in told[3:]] == [
        str(tmp_path / "004" / "001-p04.jpg"),
        str(tmp_path / "005" / "001-p05.jpg"),
    ]
    assert loaded._load.cache_info().misses == 1


def test_each_of_several_tables_says_what_was_asked(typed):
    _, out, err = typed("gallery", "a red circle", "a blue star", "--top", 1)
    assert [line.partition(":")[0] for line in out.splitlines()[::3]] == ["a red circle", "a blue star"]
    assert (len(out.splitlines()), err) == (6, "")


def test_nothing_to_look_for_is_a_sentence(typed):
    status, _, err = typed("gallery")
    assert status == 1
    assert "there is nothing to look for: name a text, or a file" in " ".join(err.split())


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
