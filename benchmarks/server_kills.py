#!/usr/bin/env python
"""The embedded Hub killed at random moments of uploads, and started again: is every version whole?

    uv run benchmarks/server_kills.py [--kills 20] [--seed 1] [--no-xet]

A client pushes one version of a folder after another and tags each last. At a random moment SIGKILL goes to the
server, which then starts again on the same folder and port; the push is repeated until it succeeds. After every kill,
and at the end, each tag must lead to files that are all there, byte for byte those that were pushed under it.
"""

import argparse
import hashlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from mmhub.hubserver import Serving, serving
from mmhub.hubserver.database import Database
from mmhub.hubserver.folder import Root
from mmhub.hubserver.history import tree_of
from mmhub.hubserver.refs import TAG, all_refs
from mmhub.hubserver.repositories import all_of

REPOSITORY = "local/kills"
LARGE_FILES, LARGE_BYTES, SMALL_FILES = 3, 4_000_000, 20
Content = dict[str, str]
"""The sha256 of files by their paths."""


@dataclass(frozen=True)
class Round:
    """One version, from its first push to its end."""

    killed_after: float
    first_push: str
    pushes: int
    tags_at_kill: int
    drafts_at_kill: int


def push(folder: Path, tag: str) -> None:
    """Push a folder and tag it, as a user does who waits for the word to begin."""
    from huggingface_hub import HfApi

    api = HfApi()
    print("ready", flush=True)
    api.create_repo(REPOSITORY, repo_type="dataset", exist_ok=True)
    done = api.upload_folder(repo_id=REPOSITORY, folder_path=folder, repo_type="dataset", commit_message=tag)
    api.create_tag(REPOSITORY, tag=tag, revision=done.oid, repo_type="dataset", exist_ok=True)


def change_folder(folder: Path, noise: random.Random) -> Content:
    """Change every file in part, and return what the folder holds."""
    folder.mkdir(exist_ok=True)
    for number in range(LARGE_FILES):
        path = folder / f"{number}.bin"
        data = bytearray(path.read_bytes() if path.exists() else noise.randbytes(LARGE_BYTES))
        start = noise.randrange(LARGE_BYTES // 2)
        data[start : start + LARGE_BYTES // 2] = noise.randbytes(LARGE_BYTES // 2)
        path.write_bytes(data)
    for number in range(SMALL_FILES):
        (folder / f"{number}.txt").write_text(str(noise.random()))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


class Trial:
    """Pushes of one folder to one Hub, which is killed meanwhile."""

    def __init__(self, folder: Path, *, seed: int, xet: bool) -> None:
        self.random = random.Random(seed)
        self.files, self.root = folder / "files", folder / "hub"
        self.environment = {
            **os.environ,
            "HF_HOME": str(folder / "home"),
            "HF_HUB_DISABLE_XET": str(int(not xet)),
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        }
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.versions: dict[str, Content] = {}

    def undisturbed(self) -> float:
        """Push the first version, and return how many seconds that took."""
        tag = self._next_version()
        with serving(self.root, port=self.port) as hub:
            client = self._start(hub, tag)
            start = time.monotonic()
            assert client.wait(120) == 0
        return time.monotonic() - start

    def round(self, seconds: float) -> Round:
        """Push a version, kill the server within so many seconds, start it again, and push until it is done."""
        tag, after = self._next_version(), self.random.uniform(0.0, seconds)
        with serving(self.root, port=self.port) as hub:
            client = self._start(hub, tag)
            time.sleep(after)
            before = "done" if client.poll() == 0 else ""
            os.kill(hub.process_id, signal.SIGKILL)
        tags, drafts = self.check(), len(list((self.root / "drafts").iterdir()))
        pushes = 1
        with serving(self.root, port=self.port) as hub:
            first = before or ("went on" if client.wait(300) == 0 else "failed")
            while client.returncode:
                pushes += 1
                client = self._start(hub, tag)
                client.wait(300)
                assert pushes < 5, "a push to a server that is left alone succeeds"
        assert self.check() == len(self.versions)
        return Round(after, first, pushes, tags, drafts)

    def check(self) -> int:
        """Return how many tags there are, after reading every file of each."""
        database, seen = Database(Root.at(self.root).database), 0
        with database.reading() as connection:
            for repository in all_of(connection, "dataset"):
                for ref in all_refs(connection, repository):
                    tree = tree_of(connection, repository, ref.oid)
                    content = {path: self._sha256(file.sha256) for path, file in tree.items()}
                    assert all(content[path] == file.sha256 for path, file in tree.items()), f"{ref.name} is broken"
                    if ref.name.startswith(TAG):
                        content.pop(".gitattributes")
                        assert content == self.versions[ref.name.removeprefix(TAG)], f"{ref.name} is another version"
                        seen += 1
        database.close()
        return seen

    def _sha256(self, sha256: str) -> str:
        return hashlib.sha256((self.root / "blobs" / sha256[:2] / sha256).read_bytes()).hexdigest()

    def _next_version(self) -> str:
        tag = f"v{len(self.versions) + 1}.0.0"
        self.versions[tag] = change_folder(self.files, self.random)
        return tag

    def _start(self, hub: Serving, tag: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, __file__, "--push", str(self.files), tag]
        environment = {**self.environment, **hub.environment}
        client = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert client.stdout is not None
        client.stdout.readline()
        return client


def main() -> None:
    """Kill as often as asked, and print a line per version."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-xet", action="store_true")
    parser.add_argument("--json", type=Path, help="also write the rounds to a file")
    parser.add_argument("--push", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.push:
        push(Path(given.push[0]), given.push[1])
        return
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder), seed=given.seed, xet=not given.no_xet)
        seconds = trial.undisturbed()
        print(f"undisturbed: {LARGE_FILES + SMALL_FILES} files in {seconds:.1f} s")
        print("kill  after      the push then  pushes  tags whole at the kill  drafts left")
        rounds = []
        for number in range(given.kills):
            done = trial.round(seconds)
            rounds.append(done)
            print(
                f"{number + 1:4}  {done.killed_after:4.1f} s  {done.first_push:>15}  {done.pushes:6}"
                f"  {done.tags_at_kill:22}  {done.drafts_at_kill:11}",
                flush=True,
            )
    print(f"{given.kills} kills: all {len(trial.versions)} tags lead to what was pushed under them, byte for byte")
    if given.json:
        given.json.write_text(json.dumps([vars(each) for each in rounds], indent=1))


if __name__ == "__main__":
    main()
