#!/usr/bin/env python
"""What it costs to find the facts of millions of values by their keys: the seconds, and the memory beside the keys.

    uv run benchmarks/keys.py [--keys 10000000] [--block 1000000] [--rounds 3] [--json]

A fact is stored under each of so many random keys, in blocks of so many rows. As many keys are then looked up, in
another order, of which one in a hundred is not there, and the facts of the others are taken. That is done once in a
build for every operator. Memory is what the kernel counts as anonymous (Pss_Anon), read every 10 ms, less what the
process has before the first look-up: keys and files are in neither.
"""

import argparse
import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa

from memory import anonymous
from mmhub.blocks import ABSENT, Blocks, as_keys


def stored(folder: Path, count: int, block: int, rng: np.random.Generator) -> np.ndarray:
    """Store a fact under each of ``count`` new keys, and return these, uint8[count, 32]."""
    keys = rng.integers(0, 256, (count, 32), dtype=np.uint8)
    for start in range(0, count, block):
        part = keys[start : start + block]
        facts = pa.array(np.arange(start, start + len(part), dtype=np.float32))
        Blocks(folder).append(pa.table({"key": as_keys(part), "fact": facts}))
    return keys


@contextmanager
def watched(peak: list[int]) -> Iterator[None]:
    """Append to ``peak`` by how many bytes the anonymous memory of this process grows meanwhile, at most."""
    before, highest, ended = anonymous(os.getpid()), 0, threading.Event()

    def watch() -> None:
        nonlocal highest
        while not ended.wait(0.01):
            highest = max(highest, anonymous(os.getpid()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
        peak.append(max(0, highest - before))


def look_up(folder: Path, asked: np.ndarray, there: int) -> tuple[float, float]:
    """Find ``asked`` keys, of which ``there`` are there; return the seconds of that, and of taking the facts."""
    start = time.perf_counter()
    blocks = Blocks(folder)
    found = blocks.positions(asked)
    between = time.perf_counter()
    known = found[found != ABSENT]
    assert len(known) == there, f"{len(known)} keys were found of {there}"
    facts = blocks.take(known, ["fact"])
    assert facts["fact"].null_count == 0
    return between - start, time.perf_counter() - between


def main() -> None:
    """Look up in several rounds, and print medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=10_000_000)
    parser.add_argument("--block", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rng = np.random.default_rng(given.seed)
    peaks: list[int] = []
    with tempfile.TemporaryDirectory() as name:
        keys = stored(Path(name), given.keys, given.block, rng)
        new = given.keys // 100
        asked = keys[rng.permutation(given.keys)]
        asked[:: given.keys // new][:new] = rng.integers(0, 256, (new, 32), dtype=np.uint8)
        del keys
        rounds = []
        for _ in range(given.rounds):
            with watched(peaks):
                rounds.append(look_up(Path(name), asked, len(asked) - new))
    find, take = (statistics.median(each) for each in zip(*rounds, strict=True))
    answer = {"keys": len(asked), "find_seconds": find, "take_seconds": take, "memory_bytes": max(peaks)}
    if given.json:
        print(json.dumps(answer))
        return
    print(f"{len(asked):,} keys looked up in {find:.1f} s, 99 % of them found, whose facts are taken in {take:.1f} s")
    each = max(peaks) / len(asked)
    print(f"{max(peaks) / 1e6:.0f} MB of anonymous memory beside the keys, {each:.0f} bytes for each")


if __name__ == "__main__":
    main()
