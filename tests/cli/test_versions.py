import io
import re

import pytest


@pytest.fixture
def built(mmhub, recipe):
    """Two versions of the notes."""
    mmhub("build", recipe, "--workers", 1)
    mmhub("build", recipe, "--workers", 1, "--set", "note/number.too-small.at_least=13")


def test_versions_are_listed_with_what_they_came_after(mmhub, built):
    newest, first = mmhub("versions", "--json").answer["datasets"]["notes"]
    assert (newest["version"], newest["parent"], newest["newest"]) == ("1.1.0", "1.0.0", True)
    assert (first["version"], first["parent"], first["newest"]) == ("1.0.0", None, False)
    assert first["rows"]["kept"] == 2
    assert mmhub("versions", "notes").out.splitlines()[1].startswith("notes@1.1.0  ")


def test_an_empty_store_says_how_to_fill_it(mmhub):
    ended = mmhub("versions")
    assert (ended.status, ended.out) == (0, "")
    assert "holds no dataset yet: `mmhub build RECIPE` makes one" in ended.err


def test_a_dataset_that_is_not_there_is_named(mmhub, built):
    ended = mmhub("versions", "note")
    assert ended.status == 1
    assert "holds no dataset 'note'; did you mean 'notes'?" in ended.err


def test_a_dataset_that_is_like_none_is_told_with_those_there_are(mmhub, built):
    assert "holds no dataset 'xyz'; it holds notes\n" in mmhub("show", "xyz").err


def test_the_first_dataset_asked_for_before_it_is_built_is_told_with_what_builds_it(mmhub):
    assert "holds no dataset 'notes': `mmhub build RECIPE` makes one\n" in mmhub("show", "notes").err


def test_a_narrow_terminal_cuts_off_no_number(mmhub, built, monkeypatch):
    wide = mmhub("show", "notes").out
    monkeypatch.setenv("COLUMNS", "48")
    narrow = mmhub("show", "notes").out
    assert "…" not in narrow
    assert all(len(line) <= 48 for line in narrow.splitlines())
    assert sorted(re.findall(r"[\d.,]+", narrow)) == sorted(re.findall(r"[\d.,]+", wide))


def test_a_narrow_terminal_names_every_version_whole(mmhub, built, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    lines = [line.split() for line in mmhub("versions").out.splitlines()]
    assert lines == [
        ["version", "kept", "read", "after"],
        ["notes@1.1.0", "1", "5", "1.0.0"],
        ["notes@1.0.0", "2", "5"],
    ]


def test_a_terminal_that_knows_ascii_alone_ends_no_command(mmhub, built, monkeypatch):
    printed = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(printed, encoding="ascii", write_through=True))
    assert mmhub("show", "notes@1.0.0").status == 0
    assert printed.getvalue().splitlines()[2].split() == [b"read", b"5", b"100.0", b"%", b"?" * 28]


def test_show_tells_the_funnel_the_columns_and_the_facts(mmhub, built):
    answer = mmhub("show", "notes@1.0.0", "--json").answer
    assert answer["rows"]["kept"] == 2
    assert answer["splits"] == {"train": 2}
    assert answer["columns"]["note"] == {"holds": "image"}
    number = next(fact for fact in answer["facts"] if fact["fact"] == "number")
    assert number["kept"] == {"min": 12.0, "median": 26.0, "max": 40.0}
    assert number["all"] == {"min": 3.0, "median": 12.0, "max": 40.0}


def test_show_fits_eighty_columns(mmhub, built):
    shown = mmhub("show", "notes").out
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert "note/number" in shown
    assert "3 differ" in " ".join(shown.split())


def test_show_takes_the_newest_version_where_none_is_named(mmhub, built):
    assert mmhub("show", "notes", "--json").answer["version"] == "1.1.0"
