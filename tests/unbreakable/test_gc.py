"""What no version needs is removed, and nothing else."""

import json

import pytest
from typer.testing import CliRunner

from mmhub import Step, StoreError, load, load_ledger
from mmhub.cli import app
from mmhub.collecting import garbage
from mmhub.store import Store

FACTS = Step("thing/facts")


@pytest.fixture
def two(unruly):
    """A store with two versions."""
    unruly.put(["fine 1", "fine 2"])
    unruly.build(FACTS)
    unruly.put(["fine 3", "fine 2"])
    unruly.build(FACTS)
    return unruly


def names(found):
    return {kind: len(paths) for kind, paths in found.paths.items()}


def gc(unruly, *options):
    return CliRunner().invoke(app, ["gc", "--store", str(unruly.store), *options], catch_exceptions=False)


def test_what_versions_need_is_no_garbage(two):
    found = garbage(Store.at(two.store), facts=True)
    assert names(found) == {"media": 0, "columns": 0, "indexes": 0, "leftovers": 0, "facts": 0}


def test_what_only_a_removed_version_needed_goes(two):
    (two.store / "versions" / "things" / "1.0.0.json").unlink()
    found = json.loads(gc(two, "--json").stdout)
    assert {kind: found[kind]["files"] for kind in ("media", "columns", "leftovers")} == {
        "media": 0,
        "columns": 2,
        "leftovers": 0,
    }
    assert len(load("things", store=two.store)["train"]) == 2
    assert len(load_ledger("things", store=two.store)) == 2
    assert two.build(FACTS).unchanged


def test_media_go_once_no_version_needs_a_file_of_the_block(unruly):
    unruly.put(["fine 1"])
    unruly.build(FACTS)
    unruly.put(["fine 2"])
    unruly.build(FACTS)
    (unruly.store / "versions" / "things" / "1.0.0.json").unlink()
    assert json.loads(gc(unruly, "--json").stdout)["media"]["files"] == 1
    assert len(load("things", store=unruly.store)["train"]) == 1


def test_leftovers_go(two):
    left = two.store / "facts" / ".0f.arrow"
    left.write_text("half")
    assert "leftovers" in gc(two).stdout
    assert not left.exists()


def test_a_dry_run_removes_nothing(two):
    left = two.store / "facts" / "tmp0"
    left.write_text("half")
    assert json.loads(gc(two, "--dry-run", "--json").stdout)["leftovers"] == {"files": 1, "bytes": 4}
    assert left.exists()


def test_facts_go_only_where_that_is_asked_for(two):
    two.build(FACTS, Step("thing/columns"))
    newest = (two.store / "refs" / "things").read_text().strip()
    (two.store / "versions" / "things" / f"{newest}.json").unlink()
    (two.store / "refs" / "things").write_text("1.1.0\n")
    assert "facts" not in names(garbage(Store.at(two.store), facts=False))
    assert names(garbage(Store.at(two.store), facts=True))["facts"] == 1
    gc(two, "--facts")
    assert two.build(FACTS).decoded == 0


def test_nothing_goes_while_something_is_built(two):
    with Store.at(two.store).in_use(), pytest.raises(StoreError, match="is in use: wait until"):
        gc(two)


def test_nothing_goes_where_a_manifest_cannot_be_read(two):
    (two.store / "versions" / "things" / "1.0.0.json").write_text("{")
    with pytest.raises(StoreError, match="cannot be read, so nothing is removed"):
        gc(two)


def test_where_there_is_no_store_none_is_made(unruly):
    with pytest.raises(StoreError, match="there is no store in"):
        gc(unruly)
    assert not unruly.store.exists()


def test_what_goes_and_how_much_is_legible_on_a_narrow_screen(two, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    (two.store / "objects" / f"{'0' * 64}.arrow").write_bytes(b"of no version")
    lines = gc(two, "--facts", "--copies", "--dry-run").stdout.splitlines()
    assert lines[0].split() == ["would", "go", "files", "bytes"]
    assert [line.split()[:3] for line in lines if line.startswith("copies ")] == [["copies", "0", "0"]]


def test_where_nothing_is_left_over_that_is_said(two):
    assert "nothing to remove" in gc(two).stdout
