"""Tags never move, and no commit is lost."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from huggingface_hub import CommitOperationAdd
from huggingface_hub.errors import HfHubHTTPError

# The client itself uses what its HTTP library is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
DATASET = {"repo_type": "dataset"}


def put(owner, repo, path, data, **options):
    return owner.upload_file(path_or_fileobj=data, path_in_repo=path, repo_id=repo, **DATASET, **options)


def refused(call) -> tuple[int, str]:
    with pytest.raises(HfHubHTTPError) as error:
        call()
    return error.value.response.status_code, str(error.value)


def test_a_tag_that_exists_is_neither_made_again_nor_committed_to(owner, repo):
    first = put(owner, repo, "a.txt", b"1")
    owner.create_tag(repo, tag="v1.0.0", **DATASET)
    put(owner, repo, "a.txt", b"2")
    assert refused(lambda: owner.create_tag(repo, tag="v1.0.0", **DATASET))[0] == 409
    owner.create_tag(repo, tag="v1.0.0", exist_ok=True, **DATASET)
    status, message = refused(lambda: put(owner, repo, "a.txt", b"3", revision="v1.0.0"))
    assert status == 400
    assert "'v1.0.0' is a tag, and tags do not move" in message
    assert refused(lambda: owner.create_branch(repo, branch="v1.0.0", **DATASET))[0] == 409
    assert owner.repo_info(repo, revision="v1.0.0", **DATASET).sha == first.oid


def test_a_tag_may_be_deleted_and_main_may_not(owner, repo):
    owner.create_tag(repo, tag="v1", **DATASET)
    owner.delete_tag(repo, tag="v1", **DATASET)
    assert owner.list_repo_refs(repo, **DATASET).tags == []
    assert refused(lambda: owner.delete_branch(repo, branch="main", **DATASET))[0] == 403


def test_a_branch_with_a_slash_in_its_name_goes_its_own_way(owner, repo):
    owner.create_branch(repo, branch="try/one", **DATASET)
    put(owner, repo, "a.txt", b"1", revision="try/one")
    assert owner.file_exists(repo, "a.txt", revision="try/one", **DATASET)
    assert not owner.file_exists(repo, "a.txt", **DATASET)
    owner.delete_branch(repo, branch="try/one", **DATASET)
    assert [each.name for each in owner.list_repo_refs(repo, **DATASET).branches] == ["main"]


def test_of_eight_pushes_at_once_none_is_lost(owner, repo):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: put(owner, repo, f"{n}.bin", bytes([n]) * 2000), range(8)))
    commits = [each.commit_id for each in owner.list_repo_commits(repo, **DATASET)]
    assert {each.oid for each in made} == set(commits[:-1])
    assert len(commits) == 9
    assert len(owner.list_repo_files(repo, **DATASET)) == 9


def test_of_eight_pushes_that_follow_one_commit_only_one_succeeds(owner, repo):
    parent = owner.repo_info(repo, **DATASET).sha

    def push(number: int) -> int:
        change = CommitOperationAdd(f"{number}.txt", b"%d" % number)
        try:
            owner.create_commit(repo, [change], commit_message="x", parent_commit=parent, **DATASET)
        except HfHubHTTPError as error:
            return error.response.status_code
        return 200

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(push, range(8))) == [200, *[412] * 7]
    assert len(owner.list_repo_files(repo, **DATASET)) == 2


def test_large_files_are_deleted_for_good_from_tags_too(owner, repo, hub):
    put(owner, repo, "keep.bin", b"\0keep")
    first = put(owner, repo, "gone.bin", b"\0gone" * 1000)
    owner.create_tag(repo, tag="v1", **DATASET)
    put(owner, repo, "later.txt", b"later")
    files = {each.filename: each for each in owner.list_lfs_files(repo, **DATASET)}
    assert set(files) == {"keep.bin", "gone.bin"}
    blob = hub.root / "blobs" / files["gone.bin"].file_oid[:2] / files["gone.bin"].file_oid
    assert blob.exists()
    owner.permanently_delete_lfs_files(repo, [files["gone.bin"]], **DATASET)
    assert not blob.exists()
    assert sorted(owner.list_repo_files(repo, revision="v1", **DATASET)) == [".gitattributes", "keep.bin"]
    assert sorted(owner.list_repo_files(repo, **DATASET)) == [".gitattributes", "keep.bin", "later.txt"]
    assert not owner.revision_exists(repo, first.oid, **DATASET)
    titles = [each.title for each in owner.list_repo_commits(repo, **DATASET)]
    assert titles[-1] == "initial commit"
    assert len(titles) == 4


def test_what_another_repository_has_too_is_not_deleted_with_the_first(owner, repo, tmp_path):
    shared = b"\0shared" * 1000
    put(owner, repo, "a.bin", shared)
    owner.create_repo(f"{repo}-too", **DATASET)
    put(owner, f"{repo}-too", "b.bin", shared)
    owner.permanently_delete_lfs_files(repo, owner.list_lfs_files(repo, **DATASET), **DATASET)
    assert owner.list_repo_files(repo, **DATASET) == [".gitattributes"]
    kept = owner.hf_hub_download(f"{repo}-too", "b.bin", local_dir=tmp_path, **DATASET)
    assert Path(kept).read_bytes() == shared
