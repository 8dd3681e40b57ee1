"""Nothing half-written is ever visible: a temporary name, a rename, and the reference last."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import bench as bench_module
import pyarrow as pa
import pytest

from mmhub import Step, StoreError, blocks, media, version
from mmhub.store import Store, placed, placed_folder, write_text
from mmhub.version import newest

NUMBER = Step("note/number")


def files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def break_off(placing, path, write):
    """Fail half way through writing what shall be at ``path``."""
    with placing(path) as draft:
        write(draft)
        raise RuntimeError


def test_a_file_is_not_there_before_it_is_whole(tmp_path):
    with pytest.raises(RuntimeError):
        break_off(placed, tmp_path / "it", lambda draft: draft.write_text("the first ha"))
    assert files(tmp_path) == []


def test_a_folder_is_not_there_before_it_is_whole(tmp_path):
    with pytest.raises(RuntimeError):
        break_off(placed_folder, tmp_path / "it", lambda draft: (draft / "one").write_text("of two"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_keeps_its_old_content_until_the_new_is_whole(tmp_path):
    write_text(tmp_path / "it", "old")
    with pytest.raises(RuntimeError):
        break_off(placed, tmp_path / "it", lambda draft: draft.write_text("new"))
    assert (tmp_path / "it").read_text() == "old"


def test_a_table_that_fails_to_reach_the_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left on device"):
        blocks.write_table(tmp_path, pa.table({"key": [b""]}))
    assert files(tmp_path) == []


def test_a_file_named_by_its_content_holds_that_content(tmp_path):
    import hashlib

    name = blocks.write_table(tmp_path, pa.table({"number": [1, 2]}))
    assert name == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() + ".arrow"


@pytest.mark.parametrize("folder", ["refs", "notes"])
def test_the_reference_moves_last(bench, monkeypatch, folder):
    """Whether the manifest or the reference is not written: what was newest still is, and the next build goes on."""
    bench.put(["note 11", "note 12"])
    bench.build(NUMBER)
    write = version.write_text

    def write_elsewhere_alone(path, text):
        if path.parent.name == folder:
            raise KeyboardInterrupt
        write(path, text)

    monkeypatch.setattr(version, "write_text", write_elsewhere_alone)
    bench.put({"more": "note 13"})
    with pytest.raises(KeyboardInterrupt):
        bench.build(NUMBER)
    assert newest(Store(bench.store), "notes").number == "1.0.0"
    assert len(bench.fates()) == 2
    monkeypatch.setattr(version, "write_text", write)
    assert bench.build(NUMBER).rows["read"] == 3


@pytest.mark.parametrize("stage", ["measure", "decide", "assemble"])
def test_a_build_that_is_broken_off_shows_no_version_and_leaves_no_drafts(bench, stage):
    bench.put(["note 11", "note 12"])

    def interrupt(at, *_):
        if at == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench.build(NUMBER, Step("note/curve"), listener=interrupt)
    assert newest(Store(bench.store), "notes") is None
    assert [name for name in files(bench.store) if name.startswith("tmp") or name.endswith(".tmp")] == []


PROGRAM = """
import sys
sys.path.insert(0, {fakes!r})
from bench import Bench
from pathlib import Path
from mmhub import Step
bench = Bench(Path({folder!r}), Path({store!r}), Path({log!r}))
bench.rows = {rows!r}
bench.build(Step("note/number"))
"""


def test_a_build_that_is_killed_shows_no_version_and_goes_on_from_where_it_was(bench):
    bench.put([*(f"note {n}" for n in range(11, 16)), "hang"])
    program = PROGRAM.format(
        fakes=str(Path(bench_module.__file__).parent),
        folder=str(bench.folder),
        store=str(bench.store),
        log=str(bench.log),
        rows=bench.rows,
    )
    build = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)])
    while "hang" not in bench.told("decode"):
        assert build.poll() is None
        time.sleep(0.05)
    build.send_signal(signal.SIGKILL)
    build.wait()
    assert newest(Store(bench.store), "notes") is None
    (bench.folder / "r005.note").write_text("note 16")
    assert bench.build(NUMBER).rows["kept"] == 6


def test_media_are_read_back_under_the_keys_they_were_written_under(bench):
    import hashlib

    bench.put(["note 11", "note 12"])
    bench.build(NUMBER)
    table = blocks.Blocks(Store(bench.store).media).table
    for key, value in zip(table["key"].to_pylist(), table["media"].to_pylist(), strict=True):
        assert hashlib.sha256(value["bytes"]).digest() == key
    assert table["media"].type == media.MEDIA
