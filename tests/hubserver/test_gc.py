import fcntl
import os
import time
from pathlib import Path

import pytest

from mmhub.errors import MmhubError
from mmhub.hubserver.folder import Root
from mmhub.hubserver.garbage import collect

# The client itself uses what its HTTP library is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
DATASET = {"repo_type": "dataset"}


def put(owner, repo, path, data):
    return owner.upload_file(path_or_fileobj=data, path_in_repo=path, repo_id=repo, **DATASET)


def counts(root, **options):
    found = collect(Root.at(root), before=time.time() + 60, **options)
    return {kind: amount.count for kind, amount in found.items() if amount.count}


def listing(root):
    return sorted(path.name for path in (root / "blobs").glob("??/*"))


@pytest.fixture
def owner(fresh_hub, as_owner):
    return as_owner(fresh_hub)


@pytest.fixture
def repo(owner):
    return owner.create_repo("local/notes", **DATASET).repo_id


def test_only_what_no_branch_or_tag_leads_to_goes_while_the_hub_is_served(owner, repo, fresh_hub, tmp_path):
    put(owner, repo, "a.bin", b"\0tagged")
    owner.create_tag(repo, tag="v1", **DATASET)
    put(owner, repo, "a.bin", b"\0between")
    put(owner, repo, "a.bin", b"\0newest")
    assert counts(fresh_hub.root) == {}
    owner.super_squash_history(repo, **DATASET)
    before = listing(fresh_hub.root)
    assert counts(fresh_hub.root, dry_run=True) == {"commits": 2, "blobs": 1}
    assert listing(fresh_hub.root) == before
    assert counts(fresh_hub.root) == {"commits": 2, "blobs": 1}
    assert len(listing(fresh_hub.root)) == len(before) - 1
    for revision, data in [("v1", b"\0tagged"), ("main", b"\0newest")]:
        path = owner.hf_hub_download(repo, "a.bin", revision=revision, local_dir=tmp_path / revision, **DATASET)
        assert Path(path).read_bytes() == data


def test_what_was_uploaded_lately_stays_for_the_commit_that_may_come(owner, repo, fresh_hub):
    put(owner, repo, "a.bin", b"\0mine")
    owner.delete_repo(repo, **DATASET)
    (fresh_hub.root / "drafts" / "half").write_bytes(b"half")
    root = Root.at(fresh_hub.root)
    assert {each.count for each in collect(root, before=time.time() - 3600).values()} == {0}
    assert counts(fresh_hub.root) == {"blobs": 2, "drafts": 1}


def test_a_blob_that_a_client_has_asked_about_is_fresh_again(owner, repo, fresh_hub):
    put(owner, repo, "a.bin", b"\0asked" * 100)
    blob = max((fresh_hub.root / "blobs").glob("??/*"), key=lambda path: b"asked" in path.read_bytes())
    owner.delete_repo(repo, **DATASET)
    owner.create_repo(repo, **DATASET)
    os.utime(blob, (1, 1))
    put(owner, repo, "b.bin", b"\0asked" * 100)
    assert blob.stat().st_mtime > time.time() - 60


XET = """
import json, os
from huggingface_hub import HfApi
api = HfApi()
api.create_repo("local/xet", repo_type="dataset", exist_ok=True)
for name in ("kept", "gone"):
    data = name.encode() + os.urandom(200_000)
    api.upload_file(path_or_fileobj=data, path_in_repo=f"{name}.bin", repo_id="local/xet", repo_type="dataset")
gone = [each for each in api.list_lfs_files("local/xet", repo_type="dataset") if each.filename == "gone.bin"]
before = len(os.listdir(os.environ["ROOT"] + "/xorbs"))
api.permanently_delete_lfs_files("local/xet", gone, repo_type="dataset")
print(json.dumps([before, len(os.listdir(os.environ["ROOT"] + "/xorbs")), gone[0].file_oid]))
"""


def test_chunks_go_with_the_file_they_were_of(owner, run_client, fresh_hub):
    before, after, oid = run_client(XET, fresh_hub, ROOT=str(fresh_hub.root))
    assert (before, after) == (2, 1)
    assert oid not in listing(fresh_hub.root)
    assert counts(fresh_hub.root) == {}
    assert counts(fresh_hub.root, xorbs=True) == {"xorbs": 1}
    owner.delete_repo("local/xet", **DATASET)
    assert counts(fresh_hub.root) == {"blobs": 2}


def test_two_do_not_clean_at_once(fresh_hub):

    with (fresh_hub.root / "gc.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(MmhubError, match="is being cleaned already"):
            collect(Root.at(fresh_hub.root), before=0.0)
