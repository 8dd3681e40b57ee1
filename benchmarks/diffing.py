"""How long `mmhub diff` takes on two synthetic versions, and the memory it takes: ``--rows 1000000`` by default.

The second version has a step with another threshold, one row in a hundred with another caption, and another one in a
hundred of the source left out or new; it shares no file with the first. Prints one JSON object.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from mmhub.blocks import as_keys, write_table
from mmhub.store import Store
from mmhub.version import Version, commit
from timing import timed

_FILE = 65_536
_BOUNDS = (20.0, 22.0)


def main() -> None:
    """Write two versions, compare them in a process of its own, and print what that cost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--shuffled", action="store_true", help="Let the rows of the second lie in another order.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store.at(folder).made()
        for number in range(2):
            written(store, asked.rows, number, shuffled=asked.shuffled)
        command = [sys.executable, "-m", "mmhub", "diff", "many", "--json", "--store", folder]
        log = Path(folder) / "answer.json"
        timed(command, log=log, bytecode=Path(folder) / "bytecode")
        cost = timed(command, log=log, bytecode=Path(folder) / "bytecode")
        found = json.loads(log.read_text())["rows"]
        size = sum(path.stat().st_size for path in store.objects.iterdir())
    about = {"rows": asked.rows, "shuffled": asked.shuffled, "read_megabytes": round(size / 1e6)}
    cost_of = {"seconds": round(cost.wall_seconds, 2), "peak_megabytes": round(cost.peak_bytes / 1e6)}
    print(json.dumps({**about, **cost_of, "found": found}, indent=1))


def written(store: Store, rows: int, number: int, *, shuffled: bool) -> Version:
    """Write a version of so many rows, and return it."""
    rng = np.random.default_rng(0)
    ids = np.arange(rows) + (rows // 200 if number else 0)
    if number and shuffled:
        np.random.default_rng(1).shuffle(ids)
    facts = rng.lognormal(4, 0.7, rows + rows // 200)[ids]
    keys = np.zeros((rows, 32), dtype=np.uint8)
    keys[:, :8] = ids.astype(np.uint64)[:, np.newaxis].view(np.uint8)
    texts = np.char.add(
        "a caption with some words in it, as captions have, number ", (ids + (ids % 100 == 0) * number).astype(str)
    )
    kept = facts >= _BOUNDS[number]
    names = pa.array(np.char.add("row-", ids.astype(str)))
    ledger = pa.table(
        {
            "row_id": names,
            "split": pa.array(np.full(rows, "train")),
            "fate": pa.array(np.where(kept, "kept", "dropped")),
            "reason": pa.array(np.where(kept, "", "blurred")),
            "step": pa.array(np.where(kept, "", "image/sharpness")),
            "field": pa.array(np.where(kept, "", "image")),
            "fact": pa.array(np.where(kept, "", "sharpness")),
            "at_least": pa.array(np.full(rows, _BOUNDS[number]), mask=kept),
            "at_most": pa.nulls(rows, pa.float64()),
            "message": pa.nulls(rows, pa.string()),
            "repaired": pa.nulls(rows, pa.list_(pa.string())),
            "image.sha256": pa.array(np.char.mod("%064x", ids)),
            "caption.sha256": pa.array(np.char.mod("%064x", ids)),
            **{
                f"image/sharpness.{name}": pa.array(facts + n) for n, name in enumerate(("sharpness", "edges", "noise"))
            },
            "image/hash.phash": pa.array(ids.astype(np.uint64)),
        }
    )
    columns = pa.table({"row_id": names, "image": as_keys(keys), "caption": pa.array(texts)}).filter(pa.array(kept))
    files = [write_table(store.objects, columns.slice(at, _FILE)) for at in range(0, len(columns), _FILE)]
    return commit(
        store,
        "many",
        {
            "identity": str(number),
            "schema": {},
            "rows": str(number),
            "recipe": recipe(_BOUNDS[number]),
            "splits": {"train": {"rows": len(columns), "columns": files}},
            "media": [],
            "ledger": [write_table(store.objects, ledger.slice(at, _FILE)) for at in range(0, rows, _FILE)],
        },
    )


def recipe(bound: float) -> dict[str, Any]:
    """Return a resolved recipe with one step that drops below ``bound``."""
    rule = {"kind": "Rule", "fact": "sharpness", "reason": "blurred", "at_least": bound, "at_most": None}
    step = {"name": "image/sharpness", "kind": "measure", "operator": "image/sharpness", "version": 1}
    rest = {"fields": ["image"], "options": {}, "weights": None, "rules": [{**rule, "relative": None, "on": True}]}
    fields = {name: {"modality": kind, "many": False} for name, kind in (("image", "image"), ("caption", "text"))}
    return {"source": {"use": "many"}, "fields": fields, "segment": None, "steps": [{**step, **rest}]}


if __name__ == "__main__":
    main()
