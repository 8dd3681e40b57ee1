#!/usr/bin/env python
"""The bare loop: decode each image once and compute the same facts on both cores, with no dataset library at all.

    python bare.py --corpus DIR --out DIR

It has no isolation, no ledger, no resume and no versions; it writes the rows it keeps as one Arrow file. What it
computes is what benchmarks/curation.py asks of mmhub, through the very same functions.
"""

import argparse
import json
import os
import shutil
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np
import pyarrow as pa

from mmhub import Media, Undecodable
from mmhub_image.decode import decode
from mmhub_image.exposure import EXPOSURE
from mmhub_image.hashes import HASH
from mmhub_image.noise import NOISE
from mmhub_image.sharpness import SHARPNESS
from mmhub_image.size import SIZE
from mmhub_text.length import LENGTH
from mmhub_text.minhash import MINHASH
from mmhub_text.unicode import UNICODE
from mmhub_text.whitespace import WHITESPACE

CLEANERS = (SIZE, SHARPNESS, NOISE, EXPOSURE, HASH)


def facts(row):
    """Return the repaired text and all facts of a row, or None where the picture cannot be decoded."""
    text = row["text"]
    for repair in (UNICODE, WHITESPACE):
        text = repair.repair([text], repair.options())[0] or text
    found = {**LENGTH.measure([text], LENGTH.options()), **MINHASH.measure([text], MINHASH.options())}
    try:
        picture = decode(Media(path=row["images"][0]))
    except Undecodable:
        return None
    for cleaner in CLEANERS:
        found |= cleaner.measure([picture], cleaner.options())
    return text, {name: values[0] for name, values in found.items()}


def keeps(found):
    """Say whether the facts of a row pass every absolute rule."""
    return (
        found["characters"] >= 10
        and found["short_side"] >= 128
        and 1 / 3 <= found["aspect"] <= 3
        and found["sharpness"] >= 40
    )


def distinct(rows):
    """Return the rows left when near pictures and near texts are dropped, each against all kept before it."""
    kept, hashes, signatures = [], np.zeros(len(rows), np.uint64), np.zeros((len(rows), 128), np.uint32)
    for row in rows:
        count, phash = len(kept), row[2]["phash"]
        if phash is not None and count and np.bitwise_count(hashes[:count] ^ np.uint64(phash)).min() <= 4:
            continue
        signature = np.asarray(row[2]["signature"], np.uint32)
        if count and (signatures[:count] == signature).mean(axis=1).max() >= 0.7:
            continue
        hashes[count], signatures[count] = phash or 0, signature
        kept.append(row)
    return kept


def main():
    """Curate a corpus and write the ids of the rows that are kept."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--out", required=True)
    given = parser.parse_args()
    shutil.rmtree(given.out, ignore_errors=True)
    os.makedirs(given.out)
    rows = [json.loads(line) for line in Path(given.corpus, "captions.jsonl").read_text().splitlines()]
    with Pool(os.cpu_count(), initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        found = pool.map(facts, rows, chunksize=8)
    survivors = [(row, *each) for row, each in zip(rows, found, strict=True) if each and keeps(each[1])]
    kept = distinct(survivors)
    schema = pa.schema([("id", pa.int64()), ("text", pa.string()), ("image", pa.binary())])
    with pa.OSFile(f"{given.out}/kept.arrow", "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
        for start in range(0, len(kept), 64):
            some = kept[start : start + 64]
            ids, texts = [row["id"] for row, *_ in some], [text for _, text, _ in some]
            writer.write_batch(
                pa.record_batch([ids, texts, [Path(row["images"][0]).read_bytes() for row, *_ in some]], schema=schema)
            )
    Path(given.out, "ids.json").write_text(json.dumps([row["id"] for row, *_ in kept]))


if __name__ == "__main__":
    main()
