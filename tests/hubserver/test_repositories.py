import http.client
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from huggingface_hub import CommitOperationAdd, CommitOperationCopy, CommitOperationDelete, HfApi
from huggingface_hub.errors import (
    EntryNotFoundError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

# The client itself uses what its HTTP library is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
DATASET = {"repo_type": "dataset"}


def put(owner, repo, path, data, **options):
    return owner.upload_file(path_or_fileobj=data, path_in_repo=path, repo_id=repo, **DATASET, **options)


def read(owner, repo, path, folder, **options):
    return Path(owner.hf_hub_download(repo, path, **DATASET, local_dir=folder, **options)).read_bytes()


def test_the_owner_is_called_local(owner):
    assert owner.whoami()["name"] == "local"


def test_a_commit_has_small_and_large_files_copies_and_none_of_the_deleted(owner, repo, tmp_path):
    large = bytes(range(256)) * 8000
    files = {"a/small.txt": b"hello", "a/large.bin": large, "b/x y é.txt": b"odd", "empty.bin": b""}
    owner.create_commit(
        repo, [CommitOperationAdd(path, data) for path, data in files.items()], commit_message="one", **DATASET
    )
    changes = [CommitOperationCopy("a/large.bin", "a/copy.bin"), CommitOperationDelete("b/x y é.txt")]
    owner.create_commit(repo, changes, commit_message="two", **DATASET)
    listed = owner.list_repo_files(repo, **DATASET)
    assert sorted(listed) == [".gitattributes", "a/copy.bin", "a/large.bin", "a/small.txt", "empty.bin"]
    assert read(owner, repo, "a/copy.bin", tmp_path) == large


def test_a_folder_is_uploaded_once(owner, repo, tmp_path):
    for number in range(30):
        (tmp_path / f"{number}.txt").write_text(str(number))
    (tmp_path / "sound.wav").write_bytes(b"\0" * 5000)
    first = owner.upload_folder(repo_id=repo, folder_path=tmp_path, **DATASET)
    again = owner.upload_folder(repo_id=repo, folder_path=tmp_path, **DATASET)
    assert first.oid == again.oid
    assert len(owner.list_repo_files(repo, **DATASET)) == 32


def test_a_file_above_64_mib_comes_in_parts(owner, repo, hub, tmp_path):
    data = b"".join(bytes([number]) * (1 << 20) for number in range(65))
    put(owner, repo, "large.bin", data)
    assert read(owner, repo, "large.bin", tmp_path) == data
    assert list((hub.root / "drafts").iterdir()) == []


def test_a_private_repository_is_not_known_to_others(owner, hub):
    owner.create_repo("local/secret", private=True, **DATASET)
    stranger = HfApi(endpoint=hub.endpoint, token=False)
    with pytest.raises(RepositoryNotFoundError) as refused:
        stranger.repo_info("local/secret", **DATASET)
    assert refused.value.response.status_code == 404
    assert "local/secret" not in [each.id for each in stranger.list_datasets()]
    assert "local/secret" in [each.id for each in owner.list_datasets(author="local")]
    owner.update_repo_settings("local/secret", private=False, **DATASET)
    assert stranger.repo_info("local/secret", **DATASET).private is False


def test_who_has_no_token_may_read_and_not_write(owner, repo, hub):
    stranger = HfApi(endpoint=hub.endpoint, token=False)
    assert stranger.list_repo_files(repo, **DATASET) == [".gitattributes"]
    with pytest.raises(HfHubHTTPError, match="This takes the token of the Hub's owner") as refused:
        stranger.create_tag(repo, tag="v1", **DATASET)
    assert refused.value.response.status_code == 401


def test_a_wrong_token_is_refused_even_for_what_everyone_may_read(repo, hub):
    with pytest.raises(HfHubHTTPError, match="Invalid credentials") as refused:
        HfApi(endpoint=hub.endpoint, token="hf_wrong").repo_info(repo, **DATASET)
    assert refused.value.response.status_code == 401


def test_a_name_that_is_taken_is_said_to_be(owner, repo):
    with pytest.raises(HfHubHTTPError, match="You already created this dataset repo"):
        owner.create_repo(repo, **DATASET)
    assert owner.create_repo(repo, exist_ok=True, **DATASET).repo_id == repo


def test_what_does_not_exist_is_named_by_kind(owner, repo):
    with pytest.raises(RevisionNotFoundError):
        owner.hf_hub_download(repo, "x", revision="v9", **DATASET)
    with pytest.raises(EntryNotFoundError):
        owner.hf_hub_download(repo, "x", **DATASET)
    with pytest.raises(EntryNotFoundError):
        list(owner.list_repo_tree(repo, "x", **DATASET))
    assert not owner.repo_exists("local/none", **DATASET)
    assert not owner.repo_exists("none", **DATASET)


def test_a_deleted_repository_is_gone_and_its_name_free(owner):
    owner.create_repo("local/short-lived", **DATASET)
    put(owner, "local/short-lived", "a.txt", b"a")
    owner.delete_repo("local/short-lived", **DATASET)
    assert not owner.repo_exists("local/short-lived", **DATASET)
    owner.create_repo("local/short-lived", **DATASET)
    assert owner.list_repo_files("local/short-lived", **DATASET) == [".gitattributes"]


def test_a_tree_is_listed_in_pages_with_the_commit_that_changed_each_file(owner, repo, monkeypatch):
    owner.create_commit(
        repo,
        [CommitOperationAdd(f"many/{number:04d}.txt", b"%d" % number) for number in range(1003)],
        commit_message="many",
        **DATASET,
    )
    put(owner, repo, "many/0001.txt", b"changed", commit_message="one")
    tree = {each.path: each for each in owner.list_repo_tree(repo, recursive=True, expand=True, **DATASET)}
    assert len(tree) == 1005
    titles = [tree[path].last_commit["title"] for path in ("many", "many/0001.txt", "many/0002.txt", ".gitattributes")]
    assert titles == ["one", "one", "many", "initial commit"]
    found = owner.get_paths_info(repo, ["many", "many/0002.txt", "none"], **DATASET)
    assert [type(each).__name__ for each in found] == ["RepoFolder", "RepoFile"]


def test_a_range_of_a_file_is_sent_alone(owner, repo):
    put(owner, repo, "large.bin", bytes(range(256)) * 10)
    address = f"/datasets/{repo}/resolve/main/large.bin"

    connection = http.client.HTTPConnection(urlsplit(owner.endpoint).netloc, timeout=30)
    for asked, status, body in [
        ("bytes=250-259", 206, bytes([*range(250, 256), *range(4)])),
        ("bytes=-3", 206, bytes([253, 254, 255])),
        ("bytes=2558-9999", 206, bytes([254, 255])),
        ("bytes=2560-", 416, None),
    ]:
        connection.request("GET", address, headers={"Range": asked})
        answer = connection.getresponse()
        got = answer.read()
        assert answer.status == status
        assert body is None or got == body
    connection.close()


def test_the_history_of_a_branch_becomes_one_commit(owner, repo):
    for number in range(3):
        put(owner, repo, "a.txt", b"%d" % number)
    owner.super_squash_history(repo, commit_message="all in one", **DATASET)
    assert [each.title for each in owner.list_repo_commits(repo, **DATASET)] == ["all in one"]
    assert "a.txt" in owner.list_repo_files(repo, **DATASET)
    with pytest.raises(HfHubHTTPError, match="'none' is no branch"):
        owner.super_squash_history(repo, branch="none", **DATASET)


def test_a_pull_request_has_a_ref_of_its_own(owner, repo):
    made = put(owner, repo, "wanted.txt", b"please", create_pr=True)
    again = put(owner, repo, "wanted.txt", b"please!", create_pr=True)
    assert (made.pr_revision, again.pr_revision) == ("refs/pr/1", "refs/pr/2")
    assert owner.file_exists(repo, "wanted.txt", revision="refs/pr/1", **DATASET)
    assert not owner.file_exists(repo, "wanted.txt", **DATASET)
