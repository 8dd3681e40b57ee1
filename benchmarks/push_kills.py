#!/usr/bin/env python
"""Pushes killed at random moments, then repeated: is the same published, and did a tag ever name half a version?

    uv run benchmarks/push_kills.py [--kills 20] [--seed 1] [--json]

Every round has a repository of its own. SIGKILL goes to the push at a random moment; the same push then runs again.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pushing import build, make_pictures

ROWS, BYTES = 200, 30_000_000
_NAMING = ("README.md", "mmhub.json")
"""Files that name the repository, so that they differ from one to the other."""


def push_once(store: Path, repo: str, endpoint: str, *, small: bool) -> None:
    """Push in this process, and say when it begins; shards are small, so that there are several."""
    from mmhub.exporting import layout
    from mmhub.exporting.cuts import Size
    from mmhub.hub import connect, push

    if small:
        layout.GROUP = Size(b"group", least=1 << 20, further=1 << 20, most=4 << 20)
        layout.SHARD = Size(b"shard", least=2 << 20, further=1 << 20, most=8 << 20)
    hub = connect(endpoint)
    print("begins", flush=True)
    print(json.dumps(push("noise", hub, to=repo, store=store).as_dict()))


class Trial:
    """Pushes of one store to one Hub, in processes of their own."""

    def __init__(self, folder: Path, served: Any, *, seed: int) -> None:
        from mmhub.hub import connect

        self.store, self.served = folder / "store", served
        self.environment = {**os.environ, **served.environment, "HF_HOME": str(folder / "home")}
        self.random = random.Random(seed)
        self.hub = connect(served.endpoint, token=served.token)
        make_pictures(folder / "pictures", range(ROWS), BYTES // ROWS)
        build(folder / "pictures", self.store)

    def start(self, repo: str) -> "subprocess.Popen[str]":
        """Start a push, and return when it begins."""
        command = [sys.executable, __file__, "--push", str(self.store), repo, self.served.endpoint]
        process = subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "begins"
        return process

    def undisturbed(self, repo: str) -> float:
        """Push to the end, and return how long it took."""
        process = self.start(repo)
        start = time.monotonic()
        assert process.wait(300) == 0
        return time.monotonic() - start

    def killed(self, repo: str, seconds: float) -> dict[str, Any]:
        """Kill a push, look at what is there, push again, and return what was found."""
        process = self.start(repo)
        time.sleep(self.random.uniform(0.0, seconds))
        process.send_signal(signal.SIGKILL)
        done = process.wait() == 0
        half = self.half(repo)
        self.undisturbed(repo)
        return {"killed": not done, "half": half, "files": self.files(repo)}

    def half(self, repo: str) -> bool:
        """Whether a tag names a commit that lacks something."""
        if self.hub.is_private(repo) is None:
            return False
        return any(not self.is_whole(repo, oid) for oid in self.hub.tags(repo).values())

    def is_whole(self, repo: str, revision: str) -> bool:
        """Whether a commit holds every file that its manifest names, large ones with their hashes."""
        held = self.hub.held(repo, revision)
        named = (held.manifest or {}).get("files", {})
        large = {name: about["sha256"] for name, about in named.items() if name.endswith(".parquet")}
        return bool(large) and set(named) <= set(held.files) and large.items() <= held.files.items()

    def files(self, repo: str) -> dict[str, str]:
        """Return what the tag names, but for the files that name the repository."""
        return {name: digest for name, digest in self.hub.held(repo, "v1.0.0").files.items() if name not in _NAMING}


def measure(kills: int, seed: int) -> dict[str, Any]:
    """Return how many pushes were killed, and what came of them."""
    from mmhub.hubserver import serving

    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "hub") as served:
        trial = Trial(Path(folder), served, seed=seed)
        seconds = trial.undisturbed("local/whole")
        expected = trial.files("local/whole")
        rounds = [trial.killed(f"local/round-{number}", seconds) for number in range(kills)]
    return {
        "kills": sum(each["killed"] for each in rounds),
        "rounds": kills,
        "seconds": round(seconds, 2),
        "files": len(expected),
        "same": sum(each["files"] == expected for each in rounds),
        "half": sum(each["half"] for each in rounds),
    }


def main() -> None:
    """Print what was measured, and fail where a push ended otherwise."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", action="store_true")
    options.add_argument("--push", nargs=3, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.push:
        push_once(Path(given.push[0]), given.push[1], given.push[2], small=True)
        return
    found = measure(given.kills, given.seed)
    if given.json:
        print(json.dumps(found, indent=2))
    else:
        print(
            f"{found['kills']} of {found['rounds']} pushes of {found['seconds']} s killed: {found['same']} ended with "
            f"the same {found['files']} files, {found['half']} left a tag at half a version"
        )
    sys.exit(found["same"] != found["rounds"] or found["half"] > 0)


if __name__ == "__main__":
    main()
