import logging
import time
from types import SimpleNamespace

import pytest
from httpx2 import Request, Response
from huggingface_hub import constants
from huggingface_hub.errors import HfHubHTTPError

import mmhub
from mmhub.errors import HubError
from mmhub.hub import connect, patience
from mmhub.hub.refusals import in_words
from wire import wired


def row_ids(wanted):
    return mmhub.load(wanted)["train"]["row_id"][:]


def offline(monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)


def test_a_version_is_exactly_the_one_that_was_asked_for_also_without_a_network(two, monkeypatch):
    assert len(row_ids(f"{two.repo}@1.0.0")) == 3
    assert len(row_ids(f"{two.repo}@v1.1.0")) == 4
    offline(monkeypatch)
    assert row_ids(f"{two.repo}@1.0.0") == ["a", "b", "c"]
    assert mmhub.load_ledger(f"{two.repo}@1.0.0")["fate"][:] == ["kept"] * 3


def test_the_newest_version_is_that_of_the_hub_and_else_that_of_the_cache(two, monkeypatch, caplog):
    assert len(row_ids(two.repo)) == 4
    offline(monkeypatch)
    with caplog.at_level(logging.WARNING):
        assert len(row_ids(two.repo)) == 4
    assert "this is v1.1.0, the newest on this machine" in caplog.text


def test_what_is_not_in_the_cache_is_not_made_up_without_a_network(two, monkeypatch):
    row_ids(f"{two.repo}@1.0.0")
    offline(monkeypatch)
    with pytest.raises(HubError, match=r"@1\.1\.0 is not complete on this machine, which has v1\.0\.0, and HF_HUB_OFF"):
        mmhub.load(f"{two.repo}@1.1.0")


def test_features_are_those_of_the_store(two):
    assert (
        mmhub.load(f"{two.repo}@1.0.0")["train"].features
        == mmhub.load("notes", store=two.bench.store)["train"].features
    )


def test_a_flipped_bit_is_found_and_named(two, tmp_path):
    row_ids(f"{two.repo}@1.0.0")
    (path,) = (tmp_path / "hf/hub").glob("datasets--*/snapshots/*/data/train-00000.parquet")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.resolve().write_bytes(data)
    with pytest.raises(HubError, match=r"'data/train-00000.parquet' is not as it was published: its sha256 is"):
        mmhub.load(f"{two.repo}@1.0.0")


def test_files_are_checked_once(two, monkeypatch):
    row_ids(f"{two.repo}@1.0.0")

    def read_again(*_):
        raise AssertionError("a file was read again that was found well")

    monkeypatch.setattr("mmhub.hub.snapshots.hashlib.file_digest", read_again)
    assert len(row_ids(f"{two.repo}@1.0.0")) == 3


def test_a_version_that_is_not_there_is_told_with_those_that_are(two):
    with pytest.raises(HubError, match=r"has no version 'v7\.0\.0'; its versions are: v1\.0\.0, v1\.1\.0"):
        mmhub.load(f"{two.repo}@7.0.0")


def test_a_repository_that_is_not_there_is_told(place):
    with pytest.raises(HubError, match=r"has no dataset 'local/nothing', or it is private and the token does not"):
        mmhub.load("local/nothing@1.0.0")


def test_a_private_dataset_opens_to_no_stranger(two, monkeypatch):
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr("huggingface_hub.utils._headers.get_token", lambda: None)
    with pytest.raises(HubError, match="or it is private and the token does not open it"):
        mmhub.load(f"{two.repo}@1.0.0")


def test_a_wrong_token_is_told(served):
    with pytest.raises(HubError, match=r"does not accept the token \(401\): log in with `hf auth login`, or set HF_TO"):
        connect(served.endpoint, token="hf_wrong")


def test_no_token_is_told(served, monkeypatch):
    monkeypatch.setattr("huggingface_hub.get_token", lambda: None)
    with pytest.raises(
        HubError, match=r"there is no token for http://127.*: log in with `hf auth login`, or set HF_TO"
    ):
        connect(served.endpoint)


def test_offline_mode_is_told(served, monkeypatch):
    offline(monkeypatch)
    with pytest.raises(HubError, match=r"HF_HUB_OFFLINE is set, so that http://127.* is not asked: unset it"):
        connect(served.endpoint, token=served.token)


def test_a_server_that_goes_away_is_told(place, served, monkeypatch):
    monkeypatch.setattr("huggingface_hub.utils._http.time", SimpleNamespace(sleep=lambda _: None, time=time.time))
    with wired(served.endpoint) as wire:
        place.hub = connect(wire.endpoint, token=served.token)

        def cut(event):
            if event.kind == "sends":
                wire.cut()

        with pytest.raises(HubError, match=r"cannot be reached, or went away .* goes on from what is sent already"):
            place.push(listener=cut)
    place.hub = connect(served.endpoint, token=served.token)
    assert place.push().revision == "v1.0.0"


def test_a_full_disk_is_told(place, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mmhub.exporting.layout.write_parquet", full)
    with pytest.raises(HubError, match=r"the disk is full at '.*store': make room there"):
        place.push()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "may not do that with 'me/notes' .403.: it needs the role `write`"),
        (429, "limits how often it is asked .429.: wait some minutes"),
        (507, "has no room left .507."),
        (418, "answered 418 about 'me/notes'"),
    ],
)
def test_what_a_hub_refuses_is_told(status, words):
    response = Response(status, request=Request("POST", "http://hub.example"))
    with pytest.raises(HubError, match=words), in_words("http://hub.example", "me/notes"):
        raise HfHubHTTPError("no", response=response)


def test_a_busy_hub_is_asked_again_when_it_says(monkeypatch):
    waited, answers = [], [429, 503, 200]
    monkeypatch.setattr(patience.time, "sleep", waited.append)

    def ask():
        code = answers.pop(0)
        response = Response(code, headers={"Retry-After": "7"}, request=Request("GET", "http://hub.example"))
        if code != 200:
            raise HfHubHTTPError("busy", response=response)
        return code

    assert patience.patiently(ask) == 200
    assert waited == [7.0, 7.0]


def test_a_name_that_none_can_have_is_told(place):
    with pytest.raises(HubError, match=r"'a b/c' is no name of a repository: expected OWNER/NAME"):
        place.push(to="a b/c")


def test_no_token_is_shown_or_kept(place, served):
    done = place.push()
    assert served.token not in repr(place.hub) + repr(done) + str(done.as_dict())
    kept = [path for path in place.bench.store.rglob("*") if path.is_file()]
    assert not [path for path in kept if served.token.encode() in path.read_bytes()]
