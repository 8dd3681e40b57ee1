import json

import pytest


@pytest.fixture
def built(mmhub, recipe):
    """Two versions of the notes: the second keeps one row less."""
    mmhub("build", recipe, "--workers", 1)
    mmhub("build", recipe, "--workers", 1, "--set", "note/number.too-small.at_least=13")
    return recipe


def test_a_diff_is_told_in_lines(mmhub, built):
    out = mmhub("diff", "notes").out
    assert out.splitlines()[:2] == ["notes@1.0.0 → notes@1.1.0", "2 rows → 1"]
    assert "1  threshold: note/number: too-small: at_least 10 → 13" in out
    assert "r000  number 12, at least 13" in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_a_diff_is_told_to_machines(mmhub, built):
    answer = mmhub("diff", "notes@1.1.0", "notes@1.0.0", "--json", "--rows", 0).answer
    assert (answer["before"], answer["rows"]["added"]) == ("notes@1.1.0", 1)
    assert answer["added"][0]["examples"] == []
    assert {(each["what"], each["before"], each["after"]) for each in answer["recipe"]} == {
        ("too-small.at_least", 13, 10)
    }


def test_a_version_does_not_differ_from_itself(mmhub, built):
    assert "nothing differs" in mmhub("diff", "notes@1.0.0", "notes@1.0.0").out


def test_a_rollback_is_a_new_version_that_names_the_old_one(mmhub, built):
    assert "notes@1.2.0 has the content of notes@1.0.0" in mmhub("rollback", "notes@1.0.0").err
    newest, second, first = mmhub("versions", "notes", "--json").answer["datasets"]["notes"]
    assert (newest["version"], newest["same_as"], newest["parent"]) == ("1.2.0", "1.0.0", "1.1.0")
    assert newest["identity"] == first["identity"] != second["identity"]
    assert "as 1.0.0" in mmhub("versions", "notes").out
    assert mmhub("build", built, "--workers", 1, "--json").answer["unchanged"]
    assert mmhub("rollback", "notes@1.0.0", "--json").answer["new"] is False


def test_a_rollback_does_not_bring_revoked_rows_back(mmhub, built):
    mmhub("revoke", "notes", "--id", "r001", "--reason", "asked to")
    ended = mmhub("rollback", "notes@1.0.0")
    assert "has the content of notes@1.0.0, without 1 row revoked since" in ended.err
    assert mmhub("why", "notes", "r001", "--json").answer["reason"] == "revoked"


def test_a_build_that_comes_back_to_an_older_outcome_gets_a_new_number(mmhub, built):
    answer = mmhub("build", built, "--workers", 1, "--json").answer
    assert (answer["version"], answer["unchanged"]) == ("1.2.0", False)
    assert mmhub("versions", "notes", "--json").answer["datasets"]["notes"][0]["same_as"] == "1.0.0"


def test_a_number_can_be_given(mmhub, built):
    assert mmhub("build", built, "--workers", 1, "--version", "3.0.0", "--json").answer["version"] == "3.0.0"
    ended = mmhub("build", built, "--workers", 1, "--version", "2.9.9")
    assert "notes@2.9.9 cannot be the next version: numbers go up only, and 3.0.0 is taken" in ended.err
    assert "'3.1' is no version number" in mmhub("build", built, "--workers", 1, "--version", "3.1").err


def test_metadata_alone_makes_a_patch(mmhub, built):
    mmhub("rollback", "notes@1.0.0")
    built.write_text(built.read_text() + "summary: Notes of a kind.\n")
    mmhub("build", built, "--workers", 1)
    newest = mmhub("versions", "notes", "--json").answer["datasets"]["notes"][0]
    assert (newest["version"], newest["same_as"]) == ("1.2.1", "1.0.0")
    assert mmhub("build", built, "--workers", 1, "--json").answer["unchanged"]


def test_a_tag_names_a_version_wherever_a_number_does(mmhub, built):
    assert "notes@best is notes@1.0.0" in mmhub("tag", "notes@1.0.0", "best").err
    assert mmhub("show", "notes@best", "--json").answer["version"] == "1.0.0"
    assert mmhub("diff", "notes@best", "notes", "--json").answer["before"] == "notes@1.0.0"
    assert mmhub("versions", "notes", "--json").answer["datasets"]["notes"][1]["tags"] == ["best"]


def test_a_tag_moves_only_where_that_is_said(mmhub, built):
    mmhub("tag", "notes@1.0.0", "best")
    assert "notes@best is notes@1.0.0: move it with `--move`" in mmhub("tag", "notes", "best").err
    assert mmhub("tag", "notes", "best", "--move", "--json").answer["version"] == "1.1.0"
    mmhub("tag", "notes", "best", "--delete")
    assert "has no version 'best'; it has 1.0.0, 1.1.0" in mmhub("show", "notes@best").err
    assert "no version of 'notes' is called 'best'" in mmhub("tag", "notes", "best", "--delete").err


@pytest.mark.parametrize("name", ["1.0.0", "v2.0.0", "a/b", "-x", ""])
def test_a_tag_is_no_number_and_no_path(mmhub, built, name):
    ended = mmhub("tag", "notes", "--", name)
    assert ended.status == 1
    assert "cannot name a version" in ended.err


def test_rows_are_revoked_by_a_file_of_ids(mmhub, built, tmp_path):
    (tmp_path / "ids").write_text("r001\nnobody\n")
    ended = mmhub("revoke", "notes", "--ids", tmp_path / "ids", "--reason", "asked to")
    assert (ended.status, ended.out) == (0, "")
    assert "unknown: notes knows nothing by 'nobody'" in ended.err
    assert "notes@1.2.0 is without 1 row; no later build brings back what" in ended.err
    assert mmhub("show", "notes", "--json").answer["dropped"]["revoked"] == 1


def test_revoking_nothing_that_is_known_fails(mmhub, built, tmp_path):
    assert mmhub("revoke", "notes", "--id", "nobody", "--reason", "x").status == 1
    assert "which rows have to go is not said: use `--id ID`" in mmhub("revoke", "notes", "--reason", "x").err
    assert "cannot be read" in mmhub("revoke", "notes", "--ids", tmp_path / "none", "--reason", "x").err


def test_a_purge_says_what_goes_and_asks(mmhub, built, monkeypatch):
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    asked = mmhub("revoke", "notes", "--id", "r001", "--reason", "court", "--purge")
    assert "2  versions, withdrawn: notes@1.0.0, notes@1.1.0" in asked.out
    assert mmhub("show", "notes", "--json").answer["version"] == "1.1.0"
    told = mmhub("revoke", "notes", "--id", "r001", "--reason", "court", "--purge", "--dry-run", "--json").answer
    assert (told["purged"], told["rows"], told["media"]) == (False, 1, 1)
    assert "say `--yes`" in mmhub("revoke", "notes", "--id", "r001", "--reason", "court", "--purge", "--json").err
    done = mmhub("revoke", "notes", "--id", "r001", "--reason", "court", "--purge", "--yes", "--json").answer
    assert (done["purged"], done["versions"]) == (True, ["notes@1.2.0"])
    assert "was withdrawn on" in mmhub("show", "notes@1.1.0").err
    assert "court" in mmhub("versions", "notes").out
    assert mmhub("versions", "notes", "--json").answer["datasets"]["notes"][1]["withdrawn"]["reason"] == "court"
    assert mmhub("gc").status == 0


def test_a_sound_version_is_sound(mmhub, built):
    ended = mmhub("verify", "notes")
    assert (ended.status, ended.out.split(":")[0]) == (0, "notes@1.1.0 is sound")
    assert len(mmhub("verify", "notes", "--all", "--json").answer["versions"]) == 2


def flip(path, at=-100):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_a_flipped_bit_in_a_medium_is_found_and_named_with_its_rows(mmhub, built, bench):
    (block,) = (bench.store / "media").glob("*.arrow")
    flip(block, block.read_bytes().index(b"note 40"))
    ended = mmhub("verify", "notes@1.0.0", "--json")
    (damage,) = ended.answer["versions"][0]["damages"]
    assert (ended.status, damage["file"], damage["problem"], damage["rows"]) == (
        1,
        f"media/{block.name}",
        "changed",
        ["r001"],
    )
    assert "rows r001" in mmhub("verify", "notes").out


@pytest.mark.parametrize("at", [8, 40, 200, -9])
def test_a_flipped_bit_anywhere_is_found(mmhub, built, bench, at):
    for number, path in enumerate(sorted((bench.store / "media").iterdir())):
        flip(path, at)
        ended = mmhub("verify", "notes", "--json")
        assert [each["file"] for each in ended.answer["versions"][0]["damages"]] == [f"media/{path.name}"], number
        flip(path, at)


def test_a_flipped_bit_in_any_file_of_a_version_is_found(mmhub, built, bench):
    manifest = json.loads((bench.store / "versions" / "notes" / "1.1.0.json").read_text())
    for name in manifest["files"]:
        flip(bench.store / name)
        ended = mmhub("verify", "notes", "--json")
        assert (ended.status, [each["file"] for each in ended.answer["versions"][0]["damages"]]) == (1, [name])
        flip(bench.store / name)
    assert mmhub("verify", "notes").status == 0


def test_a_file_that_is_missing_is_named(mmhub, built, bench):
    (block,) = (bench.store / "media").glob("*.arrow")
    block.unlink()
    ended = mmhub("verify", "notes@1.0.0")
    assert ended.status == 1
    assert f"media/{block.name} missing" in ended.out
    assert "rows r000, r001" in ended.out
    assert "from a backup" in ended.err


def test_a_build_brings_missing_files_back(mmhub, recipe, bench):
    mmhub("build", recipe, "--workers", 1)
    for folder in ("objects", "media"):
        for path in (bench.store / folder).iterdir():
            path.unlink()
    assert mmhub("verify", "notes").status == 1
    answer = mmhub("build", recipe, "--workers", 1, "--json").answer
    assert (answer["unchanged"], answer["version"]) == (True, "1.0.0")
    assert mmhub("verify", "notes").status == 0


def test_a_manifest_that_was_edited_is_named(mmhub, built, bench):
    path = bench.store / "versions" / "notes" / "1.1.0.json"
    path.write_text(path.read_text().replace('"at_least": 13', '"at_least": 14'))
    assert "versions/notes/1.1.0.json changed" in mmhub("verify", "notes").out


def test_a_manifest_says_all_there_is_to_say(mmhub, built, bench):
    manifest = json.loads((bench.store / "versions" / "notes" / "1.1.0.json").read_text())
    assert manifest["source"] == {
        "use": "notes",
        "version": 1,
        "options": {},
        "rows": 5,
        "sha256": manifest["source"]["sha256"],
    }
    assert len(manifest["source"]["sha256"]) == 64
    for name, about in manifest["files"].items():
        assert about["bytes"] == (bench.store / name).stat().st_size
        assert about["sha256"] in name
    assert {"schema", "recipe", "libraries", "counts", "parent", "identity"} <= set(manifest)
    assert {"name", "operator", "version", "options", "weights", "rules"} <= set(manifest["recipe"]["steps"][0])
