import pytest

from mmhub import exporting


@pytest.fixture
def built(mmhub, recipe):
    mmhub("build", recipe, "--workers", 1)


def test_what_was_written_is_told(mmhub, built, tmp_path):
    answer = mmhub("export", "notes", tmp_path / "out", "--format", "files", "--json").answer
    assert answer["splits"] == {"train": 2}
    assert answer["version"] == "notes@1.0.0"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["media", "metadata.jsonl"]


def test_a_person_is_told_how_to_open_it(mmhub, built, tmp_path):
    ended = mmhub("export", "notes", tmp_path / "out")
    assert f"exported notes@1.0.0 to {tmp_path / 'out'}: train 2 rows" in ended.err
    assert f"open it with `datasets.load_from_disk('{tmp_path / 'out'}')`" in ended.err


def test_ctrl_c_leaves_no_folder(mmhub, built, tmp_path, monkeypatch):
    def interrupted(rows, folder):
        (folder / "half").write_text("written")
        raise KeyboardInterrupt

    monkeypatch.setitem(exporting._WRITERS, "files", interrupted)
    ended = mmhub("export", "notes", tmp_path / "out", "--format", "files")
    assert ended.status == 130
    assert "was not made; the store is as it was" in ended.err
    assert not (tmp_path / "out").exists()
