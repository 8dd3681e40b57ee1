#!/usr/bin/env python
"""A version is pushed, 1 % of rows are appended, and the next version is pushed: how many bytes go over the wire?

    uv run benchmarks/pushing.py [--rows 1200] [--bytes 300000000] [--share 0.01] [--json]

Pictures of noise, which no one can compress, are built and pushed to a Hub on this machine through a wire that counts.
Each way of sending, with Xet and without, has a process, a Hub and a cache of its own.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from wire import wired


def make_pictures(folder: Path, names: range, size: int) -> None:
    """Write pictures of about ``size`` bytes, each different from all others."""
    folder.mkdir(parents=True, exist_ok=True)
    side = max(16, int((size / 3) ** 0.5))
    for number in names:
        pixels = np.random.default_rng(number).integers(0, 256, (side, side, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:06d}.bmp")


def build(folder: Path, store: Path) -> None:
    """Build what is in the folder as the next version."""
    import mmhub_image
    import witness
    from mmhub import Column, From, Recipe, plugins, run
    from mmhub.request import Request

    offers = plugins.collect({"mmhub-image": mmhub_image, "witness": witness})
    recipe = Recipe(name="noise", source=From(use="pictures"), fields={"image": Column(modality="image")}, steps=())
    run.build(Request(recipe, store=store, data_dir=folder, workers=2), offers=offers)


def push_both(store: Path, hub: Path) -> dict[str, Any]:
    """Push two versions to a Hub, and return what each sent."""
    from mmhub.hub import connect, push
    from mmhub.hubserver import serving

    told: dict[str, Any] = {}
    with serving(hub) as served, wired(served.endpoint) as wire:
        to = connect(wire.endpoint, token=served.token)
        for name in ("1.0.0", "1.1.0"):
            wire.reset()
            start = time.monotonic()
            done = push(f"noise@{name}", to, store=store)
            seconds = round(time.monotonic() - start, 2)
            told[name] = {"up": wire.up, "sent": done.sent, "kept": done.kept, "seconds": seconds}
    return told | {"ratio": told["1.1.0"]["up"] / told["1.0.0"]["up"]}


def push_in_child(store: Path, folder: Path, *, xet: bool) -> dict[str, Any]:
    """Return the same from a process of its own, with Xet or without."""
    environment = {**os.environ, "HF_HOME": str(folder / "home"), "HF_HUB_DISABLE_XET": "" if xet else "1"}
    command = [sys.executable, __file__, "--push", str(store), "--hub", str(folder / "hub")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure(rows: int, size: int, share: float, folder: Path) -> dict[str, Any]:
    """Return what both ways of sending cost."""
    more = max(1, round(rows * share))
    store = folder / "store"
    make_pictures(folder / "pictures", range(rows), size // rows)
    build(folder / "pictures", store)
    make_pictures(folder / "pictures", range(rows, rows + more), size // rows)
    build(folder / "pictures", store)
    ways = {name: push_in_child(store, folder / name, xet=name == "xet") for name in ("xet", "lfs")}
    return {"rows": rows, "bytes": size, "appended": more, **ways}


def main() -> None:
    """Print what was measured."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--rows", type=int, default=1200)
    options.add_argument("--bytes", type=int, default=300_000_000)
    options.add_argument("--share", type=float, default=0.01)
    options.add_argument("--json", action="store_true")
    options.add_argument("--push", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--hub", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.push:
        print(json.dumps(push_both(given.push, given.hub)))
        return
    with tempfile.TemporaryDirectory() as folder:
        found = measure(given.rows, given.bytes, given.share, Path(folder))
    if given.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{found['rows']:,} rows, {found['bytes'] / 1e6:.0f} MB; {found['appended']:,} rows appended")
    for way in ("xet", "lfs"):
        first, second = found[way]["1.0.0"], found[way]["1.1.0"]
        print(
            f"{way}: {first['up'] / 1e6:.1f} MB in {first['seconds']} s, then {second['up'] / 1e6:.1f} MB in "
            f"{second['seconds']} s: {100 * found[way]['ratio']:.1f} %; {second['sent']} files touched, "
            f"{second['kept']} left"
        )


if __name__ == "__main__":
    main()
