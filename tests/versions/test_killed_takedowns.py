"""A takedown that is killed at any moment, and asked for again, ends as one that was left alone."""

import hashlib
import random
import shutil
import signal
import subprocess
import sys

import pytest
from bench import Bench

from mmhub import Step, load, load_ledger
from mmhub.downloading.keeping import Keeper
from mmhub.downloading.receiving import Received
from mmhub.downloading.records import Record, Records
from mmhub.recipes.downloads import Downloads
from mmhub.store import Store
from mmhub.takedown.erasing import erase
from mmhub.takedown.purging import purge
from mmhub.takedown.revoking import revoke
from mmhub.tombstones import tombstones
from mmhub.verifying import verify
from mmhub.version import find, names, numbers

NOTE, ROW = "note 4711.25 secret", "row-of-somebody"
NEEDLES = (NOTE.encode(), ROW.encode(), hashlib.sha256(NOTE.encode()).digest())
STEPS = (Step("note/number"), Step("note/curve"))
WHY = {"reason": "court order", "date": "2026-01-02T03:04:05+00:00"}
PROGRAM = """
import os, signal, sys
from mmhub.store import Store
from mmhub.takedown.erasing import erase
from mmhub.takedown.purging import purge
from mmhub.takedown.revoking import revoke

root, how, moment, row, reason, date = sys.argv[1:]
store, seen = Store.at(root), 0

def watch(event, given):
    global seen
    writes = event == "open" and given[2] & (os.O_WRONLY | os.O_RDWR)
    if (writes or event in ("os.rename", "os.remove", "os.mkdir")) and str(given[0]).startswith(root):
        seen += 1
        if moment == str(seen) or moment in f"{event} {given[0]}".replace(root, ""):
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
if how == "revoke":
    revoke(store, "notes", [row], reason=reason, date=date)
else:
    with store.held_alone():
        erase(purge(store, "notes", [row], reason=reason, date=date), store, reason=reason, date=date)
"""


def killed(root, how, moment):
    """Take a row down in a process that is killed right before a change of the store: its number, or what it is."""
    asked = [sys.executable, "-c", PROGRAM, root, how, str(moment), ROW, *WHY.values()]
    ended = subprocess.run(asked, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr or f"there is no change {moment}"


def take_down(root, how):
    store = Store.at(root)
    if how == "revoke":
        revoke(store, "notes", [ROW], **WHY)
    else:
        with store.held_alone():
            erase(purge(store, "notes", [ROW], **WHY), store, **WHY)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A store with two versions of a dataset, another dataset of the same notes, and one of them downloaded."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "notes").mkdir()
    bench = Bench(folder / "notes", folder / "store", folder / "told")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MMHUB_FAKES_LOG", str(bench.log))
        bench.put({"a": "note 20", ROW: NOTE, "b": "note 30"})
        bench.build(*STEPS)
        bench.put({"c": "note 44"})
        bench.build(*STEPS)
        bench.build(*STEPS, parts={"name": "others"})
    store = Store.at(bench.store)
    keeper, found = Keeper(store), []
    for data in (NOTE.encode(), b"note 20"):
        digest = hashlib.sha256(data).digest()
        found.append(
            (f"https://there.example/{len(data)}", (digest, len(data), *keeper.keep(Received(digest, len(data), data))))
        )
    keeper.seal()
    Records(store, Downloads()).add([(url, Record(*what)) for url, what in found])
    return bench.store


@pytest.fixture(scope="module")
def calm(filled, tmp_path_factory):
    """What each takedown comes to that is left alone."""
    found = {}
    for how in ("revoke", "purge"):
        root = shutil.copytree(filled, tmp_path_factory.mktemp("calm") / "store")
        take_down(root, how)
        found[how] = state(root)
    return found


@pytest.fixture
def store(filled, tmp_path):
    return shutil.copytree(filled, tmp_path / "store")


def state(root):
    """Return all that a takedown decides, of each dataset: not the numbers of versions, which are never used again."""
    store = Store.at(root)
    found = {}
    for name in names(store):
        rows = {split: sorted(table["row_id"]) for split, table in load(name, store=root).items()}
        ledger = sorted(map(str, load_ledger(name, store=root)))
        stones = {(each.kind, each.sha256, each.how) for each in tombstones(store, name).all}
        sound = all(verify(find(store, f"{name}@{number}"), store).sound for number in numbers(store, name))
        found[name] = (find(store, name).identity, rows, ledger, stones, sound)
    return found


def traces(root):
    files = [path for path in root.rglob("*") if path.is_file()]
    return [str(path.relative_to(root)) for path in files if any(each in path.read_bytes() for each in NEEDLES)]


@pytest.mark.parametrize(
    "moment",
    ["os.remove /downloads/files", "os.remove /versions/notes/1.0.0.json", "os.remove /versions/others/1.0.0.json"],
)
def test_a_purge_killed_right_before_it_removes_something_is_gone_on_with(store, calm, moment):
    killed(store, "purge", moment)
    assert traces(store)
    take_down(store, "purge")
    assert (state(store), traces(store)) == (calm["purge"], [])


@pytest.mark.parametrize(("how", "last"), [("revoke", 10), ("purge", 50)])
def test_a_takedown_killed_at_any_moment_is_gone_on_with(store, calm, how, last):
    for moment in sorted(random.Random(5).sample(range(1, last), 2)):
        killed(store, how, moment)
    take_down(store, how)
    assert state(store) == calm[how]
    assert how == "revoke" or not traces(store)
