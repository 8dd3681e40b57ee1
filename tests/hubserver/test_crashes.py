"""A server that is killed, or whose disk is full, leaves nothing half-done."""

import hashlib
import http.client
import json
import os
import signal
from urllib.parse import urlsplit

import pytest
from huggingface_hub.errors import HfHubHTTPError

from mmhub.hubserver import serving

# The client itself uses what its HTTP library is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
DATASET = {"repo_type": "dataset"}


def put(owner, path, data):
    return owner.upload_file(path_or_fileobj=data, path_in_repo=path, repo_id="local/notes", **DATASET)


def upload_address(hub, data):
    """Return where the bytes are to be sent to."""
    oid = hashlib.sha256(data).hexdigest()
    body = json.dumps({"operation": "upload", "objects": [{"oid": oid, "size": len(data)}]})
    connection = http.client.HTTPConnection(urlsplit(hub.endpoint).netloc, timeout=30)
    headers = {"Authorization": f"Bearer {hub.token}"}
    connection.request("POST", "/datasets/local/notes.git/info/lfs/objects/batch", body, headers)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer["objects"][0]["actions"]["upload"]["href"]


def blobs_are_whole(root):
    paths = list((root / "blobs").glob("??/*"))
    assert paths
    return all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in paths)


def test_a_server_killed_in_the_middle_of_an_upload_starts_again_with_nothing_half_visible(tmp_path, as_owner):
    data = bytes(range(256)) * 40_000
    with serving(tmp_path) as hub:
        owner = as_owner(hub)
        owner.create_repo("local/notes", **DATASET)
        put(owner, "a.bin", b"\0whole" * 1000)
        before = owner.repo_info("local/notes", **DATASET).sha
        href = upload_address(hub, data).removeprefix(hub.endpoint)
        connection = http.client.HTTPConnection(urlsplit(hub.endpoint).netloc, timeout=30)
        connection.putrequest("PUT", href)
        connection.putheader("Content-Length", str(len(data)))
        connection.endheaders()
        connection.send(data[:9_000_000])
        while not any(draft.stat().st_size for draft in (tmp_path / "drafts").iterdir()):
            pass
        os.kill(hub.process_id, signal.SIGKILL)
        connection.close()
    with serving(tmp_path) as hub:
        owner = as_owner(hub)
        assert owner.repo_info("local/notes", **DATASET).sha == before
        assert blobs_are_whole(tmp_path)
        put(owner, "b.bin", data)
        assert sorted(owner.list_repo_files("local/notes", **DATASET)) == [".gitattributes", "a.bin", "b.bin"]
        assert blobs_are_whole(tmp_path)


def test_the_same_folder_has_the_same_token_and_repositories_the_next_time(tmp_path, as_owner):
    with serving(tmp_path) as first:
        as_owner(first).create_repo("local/notes", **DATASET)
    with serving(tmp_path) as second:
        assert second.token == first.token
        assert as_owner(second).repo_exists("local/notes", **DATASET)


def test_a_full_disk_is_said_and_nothing_is_left_of_what_did_not_fit(tmp_path, as_owner, small_disk):
    with small_disk(2_000_000):
        served = serving(tmp_path)
        hub = served.__enter__()
    try:
        owner = as_owner(hub)
        owner.create_repo("local/notes", **DATASET)
        with pytest.raises(RuntimeError, match=r"Error while uploading 'large\.bin'") as failed:
            put(owner, "large.bin", b"\0" * 5_000_000)
        answer = failed.value.__cause__
        assert isinstance(answer, HfHubHTTPError)
        assert answer.response.status_code == 507
        assert "The disk of the Hub is full: make room on it" in str(answer)
        assert owner.list_repo_files("local/notes", **DATASET) == [".gitattributes"]
        assert list((tmp_path / "drafts").iterdir()) == []
        put(owner, "small.bin", b"\0" * 1_000_000)
        assert blobs_are_whole(tmp_path)
    finally:
        served.__exit__(None, None, None)


def test_a_full_disk_refuses_a_commit_as_a_whole(tmp_path, as_owner, small_disk):
    with small_disk(300_000):
        served = serving(tmp_path)
        hub = served.__enter__()
    try:
        owner = as_owner(hub)
        owner.create_repo("local/notes", **DATASET)
        before = owner.repo_info("local/notes", **DATASET).sha
        with pytest.raises(HfHubHTTPError, match="The disk of the Hub is full") as refused:
            put(owner, "large.txt", b"line\n" * 100_000)
        assert refused.value.response.status_code == 507
        assert owner.repo_info("local/notes", **DATASET).sha == before
    finally:
        served.__exit__(None, None, None)
