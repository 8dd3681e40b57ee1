"""Builds of rows whose values are behind URLs."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from bench import NUMBER, OFFERS

import mmhub
from mmhub import Column, From, Recipe, retrying, run
from mmhub.cli.outlook import outlook
from mmhub.collecting import garbage
from mmhub.errors import StoreError
from mmhub.request import Request
from mmhub.store import Store
from mmhub.takedown.erasing import erase
from mmhub.takedown.purging import purge

ALLOWED = {"allow_hosts": ["127.0.0.1"], "wait_seconds": 0.01, "tries": 2}
FIELDS = {"note": Column(modality="note", of="note_url"), "note_url": Column(modality="string")}


class Table:
    """A table of URLs, and builds of it."""

    def __init__(self, folder):
        self.folder, self.store = folder, folder / "store"

    def write(self, **urls):
        lines = [json.dumps({"id": name, "note_url": url}) for name, url in urls.items()]
        (self.folder / "rows.jsonl").write_text("\n".join(lines))

    def request(self, use="table", **downloads):
        source = From(use=use, options={"files": self.folder / "rows.jsonl"}, downloads={**ALLOWED, **downloads})
        return Request(Recipe(name="far", source=source, fields=FIELDS, steps=(NUMBER,)), store=self.store, workers=1)

    def build(self, **downloads):
        return run.build(self.request(**downloads), offers=OFFERS)

    def fates(self):
        return {row["row_id"]: row["reason"] or row["fate"] for row in mmhub.load_ledger("far", store=self.store)}


@pytest.fixture
def table(tmp_path):
    return Table(tmp_path)


@pytest.mark.parametrize("use", ["table", "urls"])
def test_what_is_behind_urls_is_measured_and_published_as_it_is(served, table, use):
    gone = served.on("/gone", lambda handler: handler.answer(404))
    table.write(a=served.on("/a", b"note 20"), b=served.on("/b", b"torn"), gone=gone, none=None)
    run.build(table.request(use), offers=OFFERS)
    assert table.fates() == {"a": "kept", "b": "torn", "gone": "not-found", "none": "kept"}
    rows = mmhub.load("far", store=table.store)["train"]
    held = {row["row_id"]: row for row in rows.with_format("arrow")[:].to_pylist()}
    assert held["a"]["note"]["bytes"] == b"note 20"
    assert held["a"]["note_url"] == served.on("/a", b"")


def test_what_was_had_once_is_not_asked_for_again(served, table):
    table.write(a=served.on("/a", b"note 20"), gone=served.on("/gone", lambda handler: handler.answer(404)))
    first = table.build()
    second = table.build()
    assert second.unchanged
    assert second.identity == first.identity
    assert served.asked == {"/a": 1, "/gone": 1}


def test_one_url_in_many_rows_is_asked_for_once(served, table):
    url = served.on("/a", b"note 20")
    table.write(a=url, b=url, c=url)
    table.build()
    assert served.asked == {"/a": 1}
    assert set(table.fates().values()) == {"kept"}


def test_what_could_not_be_had_is_tried_again_where_that_is_asked_for(served, table):
    table.write(a=served.on("/a", b"note 20"), busy=served.on("/busy", lambda handler: handler.answer(503)))
    table.build()
    assert table.fates() == {"a": "kept", "busy": "busy"}
    served.on("/busy", b"note 30")
    with pytest.raises(StoreError, match="no row of 'far' is quarantined with reason 'timeout': its reasons are busy"):
        retrying.retry(table.request(), retrying.Where(reason="timeout"), offers=OFFERS)
    done = retrying.retry(table.request(), retrying.Where(reason="busy"), offers=OFFERS)
    assert (done.rows, done.recovered) == (1, 1)
    assert table.fates() == {"a": "kept", "busy": "kept"}
    assert served.asked == {"/a": 1, "/busy": 3}


def test_other_settings_ask_anew_for_what_could_not_be_had(served, table):
    table.write(a=served.on("/a", b"note 20"), b=served.on("/b", b"note " + b"3" * 2000))
    table.build(most_mb=0.001)
    assert table.fates() == {"a": "kept", "b": "too-large"}
    table.build()
    assert table.fates() == {"a": "kept", "b": "kept"}
    assert served.asked["/a"] == 1
    # What is there already obeys new limits, and nobody is asked.
    asked = served.asked.copy()
    table.build(most_mb=0.001)
    assert (table.fates()["b"], served.asked) == ("too-large", asked)


def test_a_plan_asks_nobody(served, table, monkeypatch):
    monkeypatch.setattr("mmhub.plugins.discover", lambda: OFFERS)
    table.write(a=served.on("/a", b"note 20"), b=served.on("/b", b"note 30"))
    found = outlook(table.request(), lambda *_: None)
    assert (found["downloads"], found["rows"]["to_measure"], served.asked) == (2, 2, {})
    table.build()
    assert outlook(table.request(), lambda *_: None)["downloads"] == 0


def test_a_file_of_another_sha256_is_not_taken(served, table):
    table.write(a=served.on("/a", b"note 20"), b=served.on("/b", b"note 30"), c=served.on("/c", b"note 40"))
    rows = [json.loads(line) for line in (table.folder / "rows.jsonl").read_text().splitlines()]
    for row, digest in zip(rows, [hashlib.sha256(b"note 20").hexdigest(), "0" * 64, "short"], strict=True):
        row["hash"] = digest
    (table.folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    request = table.request("urls")
    options = {**request.recipe.source.options, "sha256": {"note_url": "hash"}}
    source = request.recipe.source.model_copy(update={"options": options})
    recipe = request.recipe.model_copy(update={"source": source})
    run.build(Request(recipe, store=table.store, workers=1), offers=OFFERS)
    assert table.fates() == {"a": "kept", "b": "wrong-hash", "c": "wrong-hash"}


def test_nothing_of_what_is_purged_stays_behind(served, table):
    table.write(a=served.on("/a", b"note 20"), b=served.on("/secret", b"note 4711"))
    table.build()
    store = Store.at(table.store)
    with store.held_alone():
        erase(purge(store, "far", ["b"], reason="asked", date="2026-01-02"), store, reason="asked", date="2026-01-02")
    for _ in range(2):
        held = [path.read_bytes() for path in (table.store / "downloads").rglob("*") if path.is_file()]
        assert not any(b"note 4711" in data for data in held)
        table.build()
    assert list(table.fates().values()).count("kept") == 1
    assert served.asked["/a"] == 1


def test_rows_that_name_another_kind_of_place_are_told(table):
    table.write(a="s3://bucket/a.note", b="file:///etc/passwd")
    table.build()
    assert table.fates() == {"a": "refused-address", "b": "wrong-url"}


def test_downloads_go_where_that_is_asked_for_and_are_had_again(served, table):
    table.write(a=served.on("/a", b"note 20"))
    table.build()
    store = Store.at(table.store)
    assert "copies" not in garbage(store, facts=True).amounts
    found = garbage(store, facts=True, copies=True)
    assert store.downloads in found.paths["copies"]
    found.remove()
    assert not store.downloads.exists()
    assert table.build().unchanged
    assert served.asked == {"/a": 2}


KILLED = """
import sys
from mmhub.downloading.downloaded import download
from mmhub.recipes.downloads import Downloads
from mmhub.sources.read import _Files
from mmhub.store import Store
files = _Files()
for row, url in enumerate(sys.argv[2:]):
    files.add(row, url)
download({"note": files.items()}, Store.at(sys.argv[1]).made(), Downloads(allow_hosts=["127.0.0.1"], connections=1))
"""


def test_a_download_that_was_killed_goes_on_where_it_was(served, store, get):
    body = bytes(range(256)) * 16_000
    seen = []

    def halting(handler):
        seen.append(handler.headers.get("Range"))
        if handler.number == 1:
            handler.head(200, Content_Length=len(body), ETag='"one"')
            handler.wfile.write(body[:3_000_000])
            time.sleep(20)
            return
        start = int(seen[-1][6:-1])
        handler.answer(206, body[start:], Content_Range=f"bytes {start}-{len(body) - 1}/{len(body)}", ETag='"one"')

    url = served.on("/a", halting)
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(store.root), url])
    part = store.downloads / "partial"
    while not (part.exists() and any(each.stat().st_size >= 2_000_000 for each in part.iterdir())):
        time.sleep(0.02)
        assert process.poll() is None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert get(url) == [body]
    assert int(seen[1][6:-1]) >= 2_000_000
    assert list(part.iterdir()) == []
