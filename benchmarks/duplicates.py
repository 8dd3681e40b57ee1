#!/usr/bin/env python
"""How long it takes to find duplicates among many values, and how much memory: hashes, texts, vectors, and crowds.

    uv run benchmarks/duplicates.py [--rows 1000000] [--vectors 50000] [--seed 0] [--only hashes,captions] [--json]

Each case is decided in a process of its own, from facts in a mapped Arrow file, as a build has them. Memory is what
the kernel counts as anonymous (RssAnon) beyond what the process had before, so without mapped files, which it may
drop at any time. Seconds are those of the decision alone. Every tenth value is a planted copy; `copies dropped` is
the share of these that repeat a value which was kept. The captions of `phrases` are so few words that more than half
repeat another; of `dark` and `stock` four fifths are all but the same.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from anonymous import Watched

_BATCH = 20_000
_SHARE = 10
_NEAR = 4
NOUNS = (
    "man woman boy girl dog cat horse bird bear zebra elephant child player surfer skier chef couple "
    "family bus train truck car bicycle boat plane kite umbrella bench table bed couch sink oven laptop "
    "phone clock vase pizza cake sandwich banana apple orange giraffe motorcycle toilet "
).split()
KINDS = ("small large red blue green white black brown young old wooden metal empty busy tall short wet dirty ").split()
DOINGS = ("riding holding watching eating standing sitting walking running jumping playing carrying cutting ").split()
SIDES = ("on", "in", "near", "next to", "beside", "under", "over", "behind", "in front of", "on top of")
PLACES = ("street beach field kitchen room park road river mountain table city station bathroom yard forest ").split()


def caption(rng: random.Random, *, wide: bool) -> str:
    """Return a caption as people write them of photographs, of fixed phrases; a wide one of more words."""

    def thing() -> str:
        return f"a {rng.choice(KINDS)} {rng.choice(NOUNS)}" if wide or rng.random() < 0.5 else f"a {rng.choice(NOUNS)}"

    text = f"{thing()} is {rng.choice(DOINGS)} {thing()} {rng.choice(SIDES)} the {rng.choice(PLACES)}"
    if wide and rng.random() < 0.5:
        text = f"{rng.choice(('the view of', 'a photo of', 'there is'))} {text} and {rng.choice(DOINGS)}"
    return f"{text} with {thing()}" if rng.random() < 0.4 else text


def hashes(rows: int, rng: np.random.Generator) -> np.ndarray:
    """Return random hashes, the last tenth of which differ from the first in four bits."""
    found = rng.integers(0, 2**64, rows, dtype=np.uint64)
    copies = rows // _SHARE
    flipped = np.argsort(rng.random((copies, 64)), axis=1)[:, :_NEAR].astype(np.uint64)
    found[rows - copies :] = found[:copies] ^ np.bitwise_or.reduce(np.uint64(1) << flipped, axis=1)
    return found


def dark(rows: int, rng: np.random.Generator) -> np.ndarray:
    """Return hashes of which four fifths are all but black pictures: equal, or within a few bits of one another."""
    found = hashes(rows, rng)
    some = slice(rows // _SHARE, rows - rows // _SHARE)
    flips = rng.integers(0, 64, (some.stop - some.start, _NEAR), dtype=np.uint64)
    found[some] = np.bitwise_or.reduce(np.uint64(1) << flips, axis=1)
    found[some][: rows // 2] = 0
    return found


def texts(rows: int, seed: int, *, wide: bool) -> list[str]:
    """Return captions, the last tenth of which are the first with another ending."""
    rng = random.Random(seed)
    found = [caption(rng, wide=wide) for _ in range(rows - rows // _SHARE)]
    return found + [f"{text}!?" if n % 2 else f"{text} x" for n, text in enumerate(found[: rows // _SHARE])]


def stock(rows: int, seed: int) -> list[str]:
    """Return captions of which four fifths are one phrase, or this with one word."""
    rng = random.Random(seed)
    found = texts(rows, seed, wide=True)
    for n in range(rows // _SHARE, rows - rows // _SHARE):
        found[n] = "a stock photo" if n % 2 else f"a stock photo of {rng.choice(NOUNS)} {rng.randrange(10_000)}"
    return found


def vectors(rows: int, rng: np.random.Generator) -> np.ndarray:
    """Return vectors of 512 numbers in a narrow cone, the last tenth at a cosine of about 0.985 from the first."""
    found = rng.standard_normal((rows, 512), dtype=np.float32) + rng.standard_normal(512, dtype=np.float32)
    copies = rows // _SHARE
    found[rows - copies :] = found[:copies] + 0.17 * found[:copies].std() * rng.standard_normal(
        (copies, 512), np.float32
    )
    return found


def written(case: str, rows: int, seed: int, path: Path) -> None:
    """Write the facts of a case as a mapped build would find them."""
    rng = np.random.default_rng(seed)
    if case in ("captions", "phrases", "stock"):
        _write_signatures(stock(rows, seed) if case == "stock" else texts(rows, seed, wide=case == "captions"), path)
        return
    if case == "vectors":
        flat = pa.array(vectors(rows, rng).ravel())
        _write([pa.FixedSizeListArray.from_arrays(flat, 512)], path)
    else:
        _write([pa.array((hashes if case == "hashes" else dark)(rows, rng))], path)


def _write_signatures(of: list[str], path: Path) -> None:
    from mmhub_text.minhash import MinHashOptions, signatures

    options = MinHashOptions()
    _write(
        [
            pa.array(signatures(of[start : start + _BATCH], options)["signature"], pa.list_(pa.uint32()))
            for start in range(0, len(of), _BATCH)
        ],
        path,
    )


def _write(parts: list[pa.Array], path: Path) -> None:
    schema = pa.schema({"fact": parts[0].type})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
        for part in parts:
            for start in range(0, len(part), _BATCH):
                writer.write_batch(pa.record_batch([part.slice(start, _BATCH)], schema))


def decided(case: str, path: Path) -> dict[str, float]:
    """Decide on one case, and return seconds, megabytes and shares."""
    from mmhub import Distinct
    from mmhub.blocks import Blocks
    from mmhub.decide.duplicates.compared import Kind, compared
    from mmhub.decide.duplicates.repeats import Values, repeats

    rules: dict[str, tuple[Kind, Distinct]] = {
        "hashes": ("hash", Distinct("fact", reason="near", within=_NEAR)),
        "dark": ("hash", Distinct("fact", reason="near", within=_NEAR)),
        "captions": ("minhash", Distinct("fact", reason="near", at_least=0.6)),
        "phrases": ("minhash", Distinct("fact", reason="near", at_least=0.6)),
        "stock": ("minhash", Distinct("fact", reason="near", at_least=0.6)),
        "vectors": ("vector", Distinct("fact", reason="near", at_least=0.97)),
    }
    blocks = Blocks(path.parent)
    rows = len(blocks.table)
    kind, rule = rules[case]
    with Watched() as cost:
        numbers, found = compared(
            lambda places: blocks.take(places, ["fact"])["fact"].combine_chunks(), rows, kind, rule
        )
        of = repeats(Values(np.arange(rows), numbers, np.ones(rows, np.int64), np.arange(rows)), found, over="all")
    copies = of[rows - rows // _SHARE :]
    return {
        "rows": rows,
        "seconds": round(cost.seconds, 2),
        "megabytes": round(cost.peak / 1e6),
        "dropped": int((of >= 0).sum()),
        "found": float((copies >= 0).mean()),
    }


def main() -> None:
    """Measure every case, and print one table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--vectors", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="hashes,dark,captions,phrases,stock,vectors")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--decide", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.decide:
        case, _, place = given.decide.partition(":")
        print(json.dumps(decided(case, Path(place))))
        return
    found = {}
    for case in given.only.split(","):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "facts.arrow"
            written(case, given.vectors if case == "vectors" else given.rows, given.seed, path)
            command = [sys.executable, __file__, "--decide", f"{case}:{path}"]
            found[case] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if given.json:
        print(json.dumps(found))
        return
    table = Table("", "rows", "seconds", "MB", "dropped", "copies dropped")
    for case, each in found.items():
        row = (each["rows"], each["seconds"], each["megabytes"], each["dropped"], f"{each['found']:.4f}")
        table.add_row(case, *map(str, row))
    Console().print(table)


if __name__ == "__main__":
    main()
