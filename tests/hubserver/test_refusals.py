"""What the Hub will not do, asked for by hand."""

import base64
import hashlib
import json
import time

import pytest

from mmhub.hubserver.folder import Root
from mmhub.hubserver.names import checked_path, checked_repository
from mmhub.hubserver.refusals import Refusal
from mmhub.hubserver.signing import LIFETIME_SECONDS, Signer

DIGEST = "0" * 64


def commit(ask, repo, *changes, token=None):
    lines = [{"key": "header", "value": {"summary": "by hand"}}, *changes]
    body = "\n".join(json.dumps(line) for line in lines)
    return ask("POST", f"/api/datasets/{repo}/commit/main", body, **({"token": token} if token is not None else {}))


def file(path, data=b"x"):
    content = base64.b64encode(data).decode()
    return {"key": "file", "value": {"path": path, "content": content, "encoding": "base64"}}


@pytest.mark.parametrize("path", ["../a", "a/../../b", "/etc/passwd", "a//b", ".git/config", "a\\b", "a\0b", "", "."])
def test_a_path_that_leads_out_of_the_repository_is_not_committed(ask, repo, path):
    status, headers, _ = commit(ask, repo, file(path))
    assert status == 400
    assert "is no path of a file in a repository" in headers["x-error-message"]


@pytest.mark.parametrize("path", ["..%2f..%2fhub.db", "../../../hub.db", "%2e%2e/%2e%2e/token", "%2fetc%2fpasswd"])
def test_no_path_reads_what_is_no_file_of_the_commit(ask, repo, path):
    assert ask("GET", f"/datasets/{repo}/resolve/main/{path}")[0] == 404


@pytest.mark.parametrize("name", ["..", "a..b", "a--b", "a/b", ".a", "a.", "-a", "a b", "a.git", "x" * 97, "", "é"])
def test_an_odd_name_is_no_name_for_a_repository(ask, name):
    body = json.dumps({"name": name, "type": "dataset"})
    status, headers, _ = ask("POST", "/api/repos/create", body)
    assert status == 400
    assert "is no name for a repository" in headers["x-error-message"]


def test_a_namespace_that_is_part_of_an_address_is_refused():
    with pytest.raises(Refusal, match="'datasets' is part of the Hub's own addresses"):
        checked_repository("datasets", "coco")
    assert checked_repository("evaluate-metric", "accuracy_1.0") == "evaluate-metric/accuracy_1.0"
    assert checked_path("a b/é.txt") == "a b/é.txt"


def test_a_refused_commit_changes_nothing(ask, repo, owner):
    before = owner.list_repo_commits(repo, repo_type="dataset")
    lost = {"key": "lfsFile", "value": {"path": "b.bin", "algo": "sha256", "oid": DIGEST, "size": 3}}
    status, headers, _ = commit(ask, repo, file("a.txt"), lost)
    assert status == 400
    assert "the bytes of 'b.bin'" in headers["x-error-message"]
    assert commit(ask, repo, file("a"), file("a/b"))[0] == 400
    assert commit(ask, repo, {"key": "deletedFile", "value": {"path": "none"}})[0] == 404
    assert commit(ask, repo, file("a.txt"), token="")[0] == 401
    assert owner.list_repo_commits(repo, repo_type="dataset") == before


def test_bytes_are_taken_only_at_an_address_that_the_hub_has_signed(ask, repo, hub):
    data = b"some bytes"
    oid = hashlib.sha256(data).hexdigest()
    batch = json.dumps({"operation": "upload", "objects": [{"oid": oid, "size": len(data)}]})
    _, _, body = ask("POST", f"/datasets/{repo}.git/info/lfs/objects/batch", batch)
    href = json.loads(body)["objects"][0]["actions"]["upload"]["href"].removeprefix(hub.endpoint)
    path, _, query = href.partition("?")
    assert ask("PUT", path, data)[0] == 403
    assert ask("PUT", href.replace(oid, DIGEST), data)[0] == 403
    assert ask("PUT", f"{path}?{query.replace('expires=1', 'expires=2')}", data)[0] == 403
    assert ask("PUT", href, b"other data", token="")[0] == 400
    assert ask("PUT", href, data + data, token="")[0] == 413
    assert not any((hub.root / "drafts").iterdir())
    assert ask("PUT", href, data, token="")[0] == 200
    assert ask("POST", f"/datasets/{repo}.git/info/lfs/objects/batch", batch, token="")[0] == 401
    answered = json.loads(ask("POST", f"/datasets/{repo}.git/info/lfs/objects/batch", batch)[2])
    assert answered["objects"] == [{"oid": oid, "size": len(data)}]


def test_a_signature_is_good_for_one_purpose_and_a_while(tmp_path):
    signer, now = Signer(Root(tmp_path).made().secret()), time.time()
    token, expires = signer.token("xet", now=now)
    assert expires == int(now) + LIFETIME_SECONDS
    signer.check_token("xet", token=token, now=now)
    for purpose, given, moment in [("lfs", token, now), ("xet", "", now), ("xet", token, expires + 1)]:
        with pytest.raises(Refusal) as refused:
            signer.check_token(purpose, token=given, now=moment)
        assert refused.value.status == 401


def test_chunks_are_taken_only_with_a_token_that_the_hub_has_made(ask, repo):
    _, headers, _ = ask("GET", f"/api/datasets/{repo}/xet-write-token/main")
    address = "/" + headers["x-xet-cas-url"].split("/", 3)[3]
    token = headers["x-xet-access-token"]
    assert ask("GET", f"/api/datasets/{repo}/xet-write-token/main", token="")[0] == 401
    for given, status in [("", 401), ("wrong", 401), (token, 200)]:
        assert ask("POST", f"{address}/v1/xorbs/default/{DIGEST}", b"chunks", token=given)[0] == status
    assert ask("POST", f"{address}/v1/xorbs/default/..%2f..%2fhub.db", b"chunks", token=token)[0] == 400
    status, headers, _ = ask("POST", f"{address}/v1/shards", b"no shard at all", token=token)
    assert status == 400
    assert "a shard that was uploaded" in headers["x-error-message"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/repos/create", b"no json"),
        ("POST", "/api/repos/create", b'{"type": "dataset"}'),
        ("POST", "/api/datasets/{repo}/commit/main", b"[]"),
        ("POST", "/api/datasets/{repo}/commit/main", b'{"key": "odd", "value": 1}'),
        ("POST", "/api/datasets/{repo}/commit/main", b""),
        ("POST", "/api/datasets/{repo}/preupload/main", b'{"files": [{"path": "a", "size": -1}]}'),
        ("GET", "/api/datasets/{repo}/tree/main?limit=x", None),
    ],
)
def test_what_is_not_understood_is_answered_with_a_sentence(ask, repo, method, path, body):
    status, headers, _ = ask(method, path.format(repo=repo), body)
    assert status == 400
    assert len(headers["x-error-message"].split()) > 3


def test_an_address_that_does_not_exist_is_answered(ask):
    assert ask("GET", "/api/none")[0] == 404
    assert ask("PUT", "/")[0] == 404


def test_a_file_larger_than_the_disk_is_refused_before_it_is_sent(ask, repo):
    body = json.dumps({"files": [{"path": "huge.bin", "size": 10**18, "sample": ""}]})
    status, headers, _ = ask("POST", f"/api/datasets/{repo}/preupload/main", body)
    assert status == 507
    assert "make room on it, or run `mmhub hub gc`" in headers["x-error-message"]


def test_a_body_of_many_bytes_is_read_only_from_who_has_a_token(ask, repo):
    body = b"paths=" + b"x" * (2 << 20)
    assert ask("POST", f"/api/datasets/{repo}/paths-info/main", body, token="")[0] == 413
    assert ask("POST", f"/api/datasets/{repo}/paths-info/main", body)[0] == 200


@pytest.mark.parametrize(
    ("card", "fault"),
    [
        ("---\nlicense: mit\n---\n# A", None),
        ("# no metadata", None),
        ("---\na: [\n---\n", "the metadata is no YAML"),
        ("---\n- a\n---\n", "the metadata is no mapping"),
    ],
)
def test_a_card_whose_metadata_cannot_be_read_is_refused(ask, card, fault):
    answer = json.loads(ask("POST", "/api/validate-yaml", json.dumps({"content": card, "repoType": "dataset"}))[2])
    assert [error["message"].startswith(fault) for error in answer["errors"]] == ([True] if fault else [])
