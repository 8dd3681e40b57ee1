"""A store that fails in the middle of a build: a sentence, and a store that can still be read."""

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mmhub import Step, StoreError, load
from mmhub.run import store_errors
from mmhub.store import Store
from mmhub.version import names

THINGS = [f"fine {number}" for number in range(40)]
RECIPE = """
from collections.abc import Iterator
from pathlib import Path
import time
import mmhub
from mmhub import Column, Recipe, Step

class Options(mmhub.Options):
    data_dir: Path
    "A folder of pictures."

recipe = Recipe(name="pictures", fields={"image": Column(modality="image")}, steps=(Step("image/sharpness"),))

def rows(options, folder):
    for path in sorted(options.data_dir.glob("*.png")):
        yield {"row_id": path.name, "image": path}
"""


@pytest.fixture
def built(unruly):
    """A first version of some things, and more things than it holds."""
    unruly.put(THINGS[:10])
    unruly.build(Step("thing/facts"))
    unruly.put(THINGS)
    return unruly


def check(unruly):
    """Check that what was there can be read, and that the same build goes on from there."""
    assert names(Store.at(unruly.store)) == ["things"]
    assert len(load("things", store=unruly.store)["train"]) == 10
    assert unruly.build(Step("thing/facts")).rows["kept"] == 40
    assert len(load("things", store=unruly.store)["train"]) == 40


def when(stage, deed, at=0):
    """Return a listener that does ``deed`` once, when a stage has come so far."""
    done = []

    def listen(now, count, *_):
        if now == stage and count >= at and not done:
            done.append(deed())

    return listen


@pytest.mark.parametrize("stage", ["source", "measure"])
def test_a_store_that_is_removed_ends_the_build_with_a_sentence(built, stage):
    with pytest.raises(StoreError) as caught:
        built.build(Step("thing/facts"), listener=when(stage, lambda: shutil.rmtree(built.store)), unit_rows=8)
    assert str(built.store) in str(caught.value)
    assert built.build(Step("thing/facts")).rows["kept"] == 40


@pytest.mark.parametrize(
    ("number", "file", "sentence"),
    [
        (errno.EACCES, "facts/a.arrow", r"cannot take more \(Permission denied\): make it writable"),
        (errno.ENOSPC, "facts/a.arrow", r"cannot take more \(No space left on device\): make room"),
        (errno.ENOENT, "sources/a.stamps", "was removed while it was in use: the same command starts over"),
    ],
)
def test_what_fails_in_a_store_is_told_by_how(built, number, file, sentence):
    store = Store.at(built.store)
    store.sources.rename(built.store / "moved")
    with pytest.raises(StoreError, match=sentence), store_errors(store):
        raise OSError(number, os.strerror(number), str(built.store / file))


def test_what_fails_elsewhere_is_not_put_down_to_the_store(built):
    with pytest.raises(PermissionError), store_errors(Store.at(built.store)):
        raise PermissionError(errno.EACCES, "Permission denied", "/data/captions.csv")


@pytest.mark.parametrize("stage", ["decide", "assemble"])
def test_a_store_that_is_removed_when_all_is_known_holds_a_whole_version_again(built, stage):
    built.build(Step("thing/facts"), listener=when(stage, lambda: shutil.rmtree(built.store)))
    assert len(load("things", store=built.store)["train"]) == 40


def test_facts_that_are_removed_while_more_are_measured_are_missed(built):
    def remove():
        for folder in Store.at(built.store).facts.glob("*"):
            shutil.rmtree(folder)

    with pytest.raises(StoreError, match=r"is not in the store .* any more"):
        built.build(Step("thing/facts"), listener=when("measure", remove, at=16), unit_rows=8)
    check(built)


@pytest.mark.parametrize("room", [100, 2000])
def test_a_full_disk_ends_the_build_with_a_sentence(built, room):
    def fill():
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        with pytest.raises(StoreError, match=r"cannot take more \(File too large\): make room"):
            built.build(Step("thing/facts"), Step("thing/constant"), listener=when("measure", fill))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    check(built)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 2 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no rights to mount a small file system")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_small_disk_that_fills_up_ends_the_build_with_a_sentence(unruly, small_disk):
    unruly.store = small_disk / "store"
    unruly.put(THINGS[:10])
    unruly.build(Step("thing/facts"))
    unruly.put(f"fine {number} {'x' * 10_000}" for number in range(300))
    with pytest.raises(StoreError, match=r"cannot take more \(No space left on device\): make room"):
        unruly.build(Step("thing/facts"), Step("thing/mend"))
    assert len(load("things", store=unruly.store)["train"]) == 10


LOSING = """
import sys
sys.path[:] = {path!r}
from pathlib import Path
import mmhub_unruly
from mmhub import Column, From, Recipe, Step, StoreError, load, plugins, run
from mmhub.request import Request

folder = Path({folder!r})
fields = {{"thing": Column(modality="thing")}}
recipe = Recipe(name="things", source=From(use="things"), fields=fields, steps=(Step("thing/facts"),))

def put(count):
    for number in range(count):
        (folder / f"r{{number:03d}}.thing").write_text(f"fine {{number}}")

def build(listener=lambda *_: None):
    request = Request(recipe, store=folder / "store", data_dir=folder, workers=1)
    return run.build(request, listener=listener, offers=plugins.collect({{"mmhub-unruly": mmhub_unruly}}))

def allow(mode):
    for each in [folder / "store", *(folder / "store").rglob("*")]:
        if each.is_dir():
            each.chmod(mode)

put(10)
build()
put(40)
try:
    build(lambda stage, *_: allow(0o555) if stage == "measure" else None)
except StoreError as error:
    print(error)
print(len(load("things", store=folder / "store")["train"]))
allow(0o755)
print(build().rows["kept"])
"""


def test_permission_that_is_lost_ends_the_build_with_a_sentence(tmp_path):
    # Root may write anywhere, but for the root of a namespace of its own.
    harmless = ["unshare", "--user"] if os.getuid() == 0 else []
    if harmless and subprocess.run([*harmless, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no rights to give up rights")
    program = LOSING.format(path=sys.path, folder=str(tmp_path))
    done = subprocess.run([*harmless, sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "Permission denied" in done.stdout, done.stderr
    assert done.stdout.splitlines()[-2:] == ["10", "40"], done.stderr


def test_the_second_of_two_builds_of_a_dataset_is_told_who_has_it(built):
    def again():
        with pytest.raises(StoreError, match=f"'things' is being built by process {os.getpid()}: wait until it ends"):
            built.build(Step("thing/facts"))

    built.build(Step("thing/facts"), listener=when("measure", again))
    assert len(built.ledger()) == 40


def test_leftovers_of_killed_builds_are_removed_by_the_next_but_not_beside_another(built):
    store = Store.at(built.store)
    left = [
        store.facts / ".0f.arrow",
        store.facts / "tmp0",
        store.media / ".0.tmp",
        store.versions / "things" / ".1.tmp",
    ]
    for each in left:
        each.write_text("half")
    with store.in_use():
        built.build(Step("thing/facts"))
        assert all(each.exists() for each in left)
    built.build(Step("thing/facts"))
    assert not any(each.exists() for each in left)


@pytest.fixture
def pictures(tmp_path):
    from PIL import Image, ImageChops

    (tmp_path / "pictures").mkdir()
    noise = Image.effect_noise((640, 480), 60)
    for number in range(300):
        ImageChops.offset(noise, number).save(tmp_path / "pictures" / f"{number}.png", compress_level=1)
    (tmp_path / "pictures.py").write_text(RECIPE)
    return [
        *(
            sys.executable,
            "-m",
            "mmhub",
            "build",
            str(tmp_path / "pictures.py"),
            "--data-dir",
            str(tmp_path / "pictures"),
        ),
        *("--store", str(tmp_path / "store"), "--workers", "2"),
    ]


def started_by(process):
    listed = subprocess.run(["ps", "--ppid", str(process), "-o", "pid="], capture_output=True, text=True)
    return [int(each) for each in listed.stdout.split()]


def test_ctrl_c_ends_a_build_with_a_sentence_and_without_workers(pictures, tmp_path):
    process = subprocess.Popen(pictures, stderr=subprocess.PIPE, start_new_session=True, text=True)
    servers, workers = [], []
    while len(workers) < 2:
        assert process.poll() is None
        servers = started_by(process.pid)
        workers = [worker for server in servers for worker in started_by(server)]
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "interrupted: what is measured is kept, and the same command goes on from there"
    assert "Traceback" not in err
    assert not any(Path(f"/proc/{worker}").exists() for worker in (*servers, *workers))
    assert Store.at(tmp_path / "store").leftovers() == []
    subprocess.run(pictures, check=True, capture_output=True)
    assert len(load("pictures", store=tmp_path / "store")["train"]) == 300
