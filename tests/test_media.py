"""Media on their way into the store: read ahead in batches, and nothing left behind where that fails."""

import hashlib
import os
import resource
import signal
import threading

import numpy as np
import pyarrow as pa
import pytest

from mmhub import SourceError, StoreError, blocks, media
from mmhub.blocks import Blocks
from mmhub.contents import Contents
from mmhub.store import Store
from mmhub.units import Items


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(media, "_BATCH_BYTES", 4000)
    monkeypatch.setattr(media, "_TASK_ITEMS", 2)
    monkeypatch.setattr(blocks, "_LARGE_BYTES", 1000)


@pytest.fixture(autouse=True)
def no_thread_left():
    before = threading.enumerate()
    yield
    assert set(threading.enumerate()) <= set(before)


@pytest.fixture
def files(tmp_path):
    """Files of 0, 100, ... 5900 bytes: many batches, and some files that are larger than one."""
    paths = [tmp_path / f"{number:02d}" for number in range(60)]
    for number, path in enumerate(paths):
        path.write_bytes(bytes([number]) * number * 100)
    return paths


@pytest.fixture
def store(tmp_path):
    return Store.at(tmp_path / "store").made()


def write(files, store, *, threads=2, inline=None, made=None):
    inline, made = inline or {}, made or {}
    contents = [made.get(n) or inline.get(n) or path.read_bytes() for n, path in enumerate(files)]
    keys = np.array([list(hashlib.sha256(each).digest()) for each in contents], dtype=np.uint8)
    chosen = np.arange(len(files))
    items = Items(chosen, keys, np.ones(len(files), bool), paths=pa.array([str(path) for path in files]), inline=inline)
    return lambda: media.write_media(items, Contents(keys, None, made), chosen, store, threads=threads)


def held(store):
    return {value["bytes"] for value in Blocks(store.media).table["media"].to_pylist()}


def check_nothing_left(store):
    assert list(store.media.iterdir()) == []


def test_every_file_is_in_the_block_whichever_buffer_it_was_read_into(files, store):
    (name,) = write(files, store)()
    assert held(store) == {path.read_bytes() for path in files}
    assert name == f"{hashlib.sha256((store.media / name).read_bytes()).hexdigest()}.arrow"


def test_a_block_is_the_same_however_many_threads_read(files, store, tmp_path):
    assert write(files, store, threads=1)() == write(files, Store.at(tmp_path / "other").made(), threads=8)()


def test_bytes_without_a_file_and_repaired_ones_are_written_beside_files(files, store):
    files[3].unlink()
    write(files, store, inline={3: b"in a table"}, made={4: b"repaired"})()
    kept = {path.read_bytes() for path in (*files[:3], *files[5:])}
    assert held(store) == kept | {b"in a table", b"repaired"}


@pytest.mark.parametrize("content", [b"shorter", b"\xff" * 4000], ids=["length", "bytes"])
@pytest.mark.parametrize("number", [0, 40, 59])
def test_a_file_that_has_changed_ends_it_and_nothing_is_left(files, store, number, content):
    writing = write(files, store)
    files[number].write_bytes(content)
    with pytest.raises(SourceError, match=f"{files[number].name}' changed while the dataset was built: build again"):
        writing()
    check_nothing_left(store)


def test_a_file_that_goes_while_others_are_read_ends_it_and_nothing_is_left(files, store, monkeypatch):
    def sizes_then_gone(reader, wanted):
        found = before(reader, wanted)
        files[40].unlink()
        return found

    before = media._Reader.sizes
    monkeypatch.setattr(media._Reader, "sizes", sizes_then_gone)
    with pytest.raises(SourceError, match=r"/40' went away while the dataset was built \(No such file or directory\)"):
        write(files, store)()
    check_nothing_left(store)


@pytest.mark.parametrize("room", [10, 30_000])
def test_a_disk_that_is_full_while_files_are_read_ends_it_and_nothing_is_left(files, store, room):
    writing = write(files, store)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
        with pytest.raises(StoreError, match="cannot be written: File too large"):
            writing()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    check_nothing_left(store)


def test_ctrl_c_while_files_are_read_leaves_nothing(files, store, monkeypatch):
    def interrupted(data):
        if data[:1] == bytes([40]):
            os.kill(os.getpid(), signal.SIGINT)
        return ""

    monkeypatch.setattr(media, "suffix", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(files, store)()
    check_nothing_left(store)
