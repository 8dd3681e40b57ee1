import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from mmhub import VersionError
from mmhub.errors import HubError
from mmhub.exporting import cuts
from mmhub.hub import erase


def ids(place, *revisions):
    """Return the row ids that `datasets` finds at each revision where there is no mmhub."""
    code = (
        f"for revision in {revisions!r}: print(','.join(datasets.load_dataset("
        f"{place.repo!r}, revision=revision, split='train')['row_id']))"
    )
    return place.alone(code).splitlines()


def test_each_of_three_versions_is_what_its_tag_gives_to_who_has_only_datasets(place):
    place.push()
    place.grow(d="note 50")
    place.push()
    place.grow(e="note 51")
    place.push()
    assert ids(place, "v1.0.0", "v1.1.0", "main") == ["a,b,c", "a,b,c,d", "a,b,c,d,e"]


def test_a_version_is_streamed_by_columns(place):
    place.push()
    code = (
        f"rows = datasets.load_dataset({place.repo!r}, revision='v1.0.0', split='train', streaming=True, "
        "columns=['row_id']); print(list(rows))"
    )
    assert place.alone(code) == str([{"row_id": name} for name in "abc"])


def test_the_ledger_is_a_configuration_of_its_own(place):
    place.push()
    code = f"print(datasets.load_dataset({place.repo!r}, 'ledger', revision='v1.0.0', split='train')['fate'][:])"
    assert place.alone(code) == "['kept', 'kept', 'kept']"


def test_what_is_pushed_twice_is_there_already(place):
    first = place.push()
    second = place.push()
    assert (first.already, second.already) == (False, True)
    assert (first.commit, first.sent) == (second.commit, 2)
    assert second.sent == 0
    assert place.hub.tags(place.repo) == {"v1.0.0": first.commit}


def test_a_new_repository_is_private_unless_it_is_said_to_be_public(place):
    assert place.push().private
    assert not place.push(to=f"{place.repo}-open", public=True).private


def test_files_that_are_there_are_not_sent_again(place, monkeypatch):
    one_row = cuts.Size(b"group", least=1, further=1, most=1)
    monkeypatch.setattr("mmhub.exporting.layout.GROUP", one_row)
    monkeypatch.setattr("mmhub.exporting.layout.SHARD", cuts.Size(b"shard", least=1, further=1, most=1))
    place.push()
    place.grow(d="note 50")
    again = place.push()
    data = [name for name in place.hub.held(place.repo, "main").files if name.startswith("data/")]
    assert len(data) == 4
    assert (again.sent, again.kept) == (2, 3 + 3)


def test_files_of_an_older_version_leave_the_branch_and_those_of_others_stay(place):
    place.push()
    place.hub.api.upload_file(
        path_or_fileobj=b"mine", path_in_repo="NOTES.txt", repo_id=place.repo, repo_type="dataset"
    )
    place.hub.api.upload_file(
        path_or_fileobj=b"old", path_in_repo="data/train-00009.parquet", repo_id=place.repo, repo_type="dataset"
    )
    place.grow(d="note 50")
    place.push()
    files = place.hub.held(place.repo, "main").files
    assert "NOTES.txt" in files
    assert "data/train-00009.parquet" not in files


@pytest.mark.parametrize("moment", ["sends", "sent", "commits", "tags"])
def test_a_push_that_was_interrupted_goes_on_and_ends_the_same(place, moment):
    def interrupt(event):
        if event.kind == moment:
            raise KeyboardInterrupt

    whole = place.push(to=f"{place.repo}-whole")
    with pytest.raises(KeyboardInterrupt):
        place.push(listener=interrupt)
    assert place.hub.tags(place.repo) == {}
    done = place.push()
    files = place.hub.held(place.repo, done.commit).files
    expected = place.hub.held(f"{place.repo}-whole", whole.commit).files
    # The card and the manifest, which knows its hash, name the repository.
    assert {n: f for n, f in files.items() if n not in ("README.md", "mmhub.json")} == {
        n: f for n, f in expected.items() if n not in ("README.md", "mmhub.json")
    }
    assert list(place.bench.store.glob("objects/.*")) == []


def test_eight_pushes_at_once_all_succeed(place):
    for number in range(7):
        place.grow(**{f"n{number}": f"note {60 + number}"})
    wanted = ["notes@1.0.0", *(f"notes@1.{number}.0" for number in range(1, 8))]
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(place.push, wanted))
    tags = place.hub.tags(place.repo)
    assert tags == {each.revision: each.commit for each in done}
    assert len(tags) == 8
    assert place.hub.manifest(place.repo, "main")["version"] == "1.7.0"
    for tag in tags:
        assert place.hub.manifest(place.repo, tag)["version"] == tag.removeprefix("v")
    branches = place.hub.api.list_repo_refs(place.repo, repo_type="dataset").branches
    assert [each.name for each in branches] == ["main"]


def test_the_same_version_eight_times_at_once_is_one_commit(place):
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: place.push(), range(8)))
    assert len({each.commit for each in done}) == 1


def test_an_older_version_pushed_later_leaves_main_as_it_is(place):
    place.grow(d="note 50")
    newest = place.push()
    older = place.push("notes@1.0.0")
    assert place.hub.held(place.repo, "main").oid == newest.commit
    assert older.commit != newest.commit
    assert ids(place, "v1.0.0") == ["a,b,c"]


def test_a_tag_never_moves(place, tmp_path):
    first = place.push()
    other = tmp_path / "other"
    place.bench.put({"z": "note 77"})
    place.bench.build(store=other)
    with pytest.raises(HubError, match=r"has a v1\.0\.0 already, of another identity .* tags never move: build with"):
        place.push(store=other)
    assert place.hub.tags(place.repo) == {"v1.0.0": first.commit}


def test_a_repository_that_holds_something_else_is_left_alone(place):
    place.hub.api.create_repo(place.repo, repo_type="dataset")
    place.hub.api.upload_file(path_or_fileobj=b"mine", path_in_repo="mine.txt", repo_id=place.repo, repo_type="dataset")
    with pytest.raises(HubError, match=r"the name 'local/notes-\d+' is taken: the repository holds files"):
        place.push()


def test_a_repository_of_another_dataset_is_left_alone(place):
    place.push()
    place.bench.build(parts={"name": "others"})
    with pytest.raises(HubError, match=r"holds the dataset 'notes', and this is 'others'"):
        place.push("others")


def test_a_licence_that_forbids_commerce_is_told_before_all_can_see_it(place):
    place.bench.build(parts={"licence": "cc-by-nc-4.0"})
    told = []
    with pytest.raises(HubError, match=r"is not published for all: the source is under 'cc-by-nc-4.0'.*`--yes`"):
        place.push(public=True, confirm=lambda what: told.extend(what))
    assert told == ["the source is under 'cc-by-nc-4.0'"]
    assert not place.push(public=True, confirm=lambda _: True).private
    assert "cc-by-nc-4.0 ⚠ non-commercial" in place.read("README.md")


def test_a_private_push_asks_about_no_licence(place):
    place.bench.build(parts={"licence": "cc-by-nc-4.0"})
    assert place.push().private


def test_the_manifest_names_every_file_with_its_hash(place):
    place.push()
    held = place.hub.held(place.repo, "v1.0.0")
    named = json.loads(place.read("mmhub.json", "v1.0.0"))["files"]
    assert set(named) == set(held.files) - {".gitattributes", "mmhub.json"}
    large = {name: digest for name, digest in held.files.items() if name.endswith(".parquet")}
    assert large == {name: named[name]["sha256"] for name in large}


def test_no_program_is_published(place):
    place.push()
    assert [name for name in place.hub.held(place.repo, "main").files if name.endswith(".py")] == []


def test_a_version_that_is_not_there_is_named(place):
    with pytest.raises(VersionError, match=r"'notes' has no version '9.0.0'; it has 1.0.0"):
        place.push("notes@9.0.0")


def test_a_takedown_leaves_no_commit_with_the_rows(place):
    place.push()
    place.grow(d="note 50")
    place.push()
    place.grow(e="note 51")
    gone = erase("notes", place.hub, withdrawn=["1.1.0"], to=place.repo, store=place.bench.store)
    assert (gone.deleted, gone.renewed, gone.notes) == (["v1.1.0"], ["v1.0.0", "v1.2.0"], [])
    assert ids(place, "v1.0.0", "v1.2.0") == ["a,b,c", "a,b,c,d,e"]
    for revision in ("main", "v1.0.0", "v1.2.0"):
        assert len(place.hub.api.list_repo_commits(place.repo, repo_type="dataset", revision=revision)) == 1
    needed = {
        digest for revision in ("main", "v1.0.0") for digest in place.hub.held(place.repo, revision).files.values()
    }
    left = {each.file_oid for each in place.hub.api.list_lfs_files(place.repo, repo_type="dataset")}
    assert left <= needed
    assert gone.files >= 1
