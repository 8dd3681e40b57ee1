#!/usr/bin/env python
"""How fast small pictures are downloaded from a server on this machine, beside img2dataset, in turn.

    uv run benchmarks/downloading.py [--files 3000] [--rounds 5] [--connections 32] [--json]

A process of its own serves pictures out of memory: a tenth of them as they are, all as they are, and all with 5 % of
faults. Of these some pass (an error, a body that is cut off, a server that is busy, a redirect), and some stay (gone,
forbidden, a page of the web).
Each downloader asks for all of them in a process of its own, with as many connections and tries as the other, and
keeps the files as they are: img2dataset with ``output_format="files"``, ``resize_mode="no"`` and without encoding
anew, mmhub with its limits, checks of addresses and checks of what came. img2dataset runs in an environment that
``uv run --with img2dataset`` makes; where it cannot, the table says why. ``seconds`` are those of the call, ``process``
those of the whole process, imports included. ``files/s`` goes by how much longer all files take than a tenth of them:
what starting costs is left out of it, and img2dataset starts slowly. ``arrived`` are files whose sha256 is that of a
picture which was served.
"""

import argparse
import asyncio
import hashlib
import io
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

FAULTS = ("error", "cut", "busy", "moved", "gone", "forbidden", "page")
PASSING = FAULTS[:4]
KINDS = ("tenth", "fine", "faulty")
OURS = """
import collections, json, sys, time
from pathlib import Path
import mmhub.run
from mmhub.downloading.downloaded import download
from mmhub.recipes.downloads import Downloads
from mmhub.sources.read import _Files
from mmhub.store import Store
urls, out, connections = open(sys.argv[1]).read().split(), sys.argv[2], int(sys.argv[3])
options = Downloads(allow_hosts=["127.0.0.1"], connections=connections, connections_per_host=connections, tries=3,
                    wait_seconds=0.05)
files = _Files()
for row, url in enumerate(urls):
    files.add(row, url)
items = files.items()
start = time.perf_counter()
download({"image": items}, Store.at(out).made(), options)
seconds = time.perf_counter() - start
for row in range(len(urls)):
    if row not in items.faults:
        Path(out, f"{row}.jpg").write_bytes(items.value(row).read())
reasons = collections.Counter(fault.reason for fault in items.faults.values())
print(json.dumps({"seconds": seconds, "reasons": dict(reasons)}))
"""
THEIRS = """
import json, sys, time
from img2dataset import download
if __name__ == "__main__":
    start = time.perf_counter()
    download(url_list=sys.argv[1], output_folder=sys.argv[2], thread_count=int(sys.argv[3]), input_format="txt",
             processes_count=int(sys.argv[4]), number_sample_per_shard=int(sys.argv[5]), output_format="files",
             resize_mode="no", disable_all_reencoding=True, retries=2, enable_wandb=False)
    print(json.dumps({"seconds": time.perf_counter() - start, "reasons": {}}))
"""


def picture(number: int) -> bytes:
    """Return a small JPEG unlike any other."""
    pixels = np.random.default_rng(number).integers(0, 256, (96, 128, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=80)
    return stream.getvalue()


def fault_of(number: int) -> str:
    """Return what is wrong with a file of a round with faults, which is nothing for 19 of 20."""
    return FAULTS[number // 20 % len(FAULTS)] if number % 20 == 7 else ""


class Answers(asyncio.Protocol):
    """Answers requests for ``/ROUND/KIND/NUMBER.jpg`` out of memory, as fast as it can."""

    pictures: ClassVar[list[bytes]] = []
    seen: ClassVar[set[str]] = set()

    def connection_made(self, transport: Any) -> None:
        """Keep the connection."""
        self._transport, self._open = transport, b""

    def data_received(self, data: bytes) -> None:
        """Answer all requests that are whole."""
        self._open += data
        while b"\r\n\r\n" in self._open:
            head, _, self._open = self._open.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            _, _, kind, name = path.split("/")
            number = int(name.removesuffix(".jpg"))
            again, _ = path in self.seen, self.seen.add(path)
            fault = fault_of(number) if kind == "faulty" else ""
            self._answer(fault if not (again and fault in PASSING) else "", path, self.pictures[number])
            if b"onnection: close" in head:
                self._transport.close()

    def _answer(self, fault: str, path: str, body: bytes) -> None:
        match fault:
            case "":
                self._send("200 OK", body)
            case "cut":
                self._send("200 OK", body, cut=len(body) // 2)
                self._transport.close()
            case "moved":
                self._send("302 Found", b"", f"Location: {path.replace('faulty', 'fine')}")
            case "busy":
                self._send("429 Too Many Requests", b"", "Retry-After: 0")
            case "page":
                self._send("200 OK", b"<!doctype html><title>gone</title>")
            case _:
                status = {"error": "500 Error", "gone": "404 Not Found", "forbidden": "403 Forbidden"}[fault]
                self._send(status, b"sorry")

    def _send(self, status: str, body: bytes, header: str = "X-Served: yes", cut: int | None = None) -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(body)}\r\n{header}\r\n\r\n"
        self._transport.write(head.encode() + body[:cut])


async def serve(files: int) -> None:
    """Serve until this process is ended; print the port once all pictures are drawn."""
    Answers.pictures = [picture(number) for number in range(files)]
    server = await asyncio.get_running_loop().create_server(Answers, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def timed(command: list[str], log: Path) -> dict[str, Any]:
    """Run a command that prints an object as its last line, and return that with the seconds of the process."""
    start = time.perf_counter()
    with log.open("w") as words:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=words, text=True, check=False)
    if done.returncode:
        raise RuntimeError(log.read_text()[-600:] or f"exit status {done.returncode}")
    return {**json.loads(done.stdout.splitlines()[-1]), "process": time.perf_counter() - start}


def arrived(folder: Path, wanted: set[str]) -> int:
    """Return how many of the files that should arrive lie in a folder, whatever they are called."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix == ".jpg")
    return len({hashlib.sha256(path.read_bytes()).hexdigest() for path in found} & wanted)


def commands(folder: Path, connections: int) -> dict[str, Callable[[Path, Path], list[str]]]:
    """Return how each downloader is run, by its name."""
    (folder / "ours.py").write_text(OURS)
    (folder / "theirs.py").write_text(THEIRS)
    with_img2dataset = ["uv", "run", "--no-project", "--python", "3.11", "--with", "img2dataset", "python"]

    def theirs(urls: Path, out: Path, processes: int) -> list[str]:
        shard = str(-(-len(urls.read_text().splitlines()) // processes))
        return [*with_img2dataset, str(folder / "theirs.py"), str(urls), str(out), str(connections // processes),
                str(processes), shard]  # fmt: skip

    return {
        "mmhub": lambda urls, out: [sys.executable, str(folder / "ours.py"), str(urls), str(out), str(connections)],
        "img2dataset, 1 process": lambda urls, out: theirs(urls, out, 1),
        "img2dataset, 2 processes": lambda urls, out: theirs(urls, out, 2),
    }


def measured(given: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    """Return what each downloader took for each kind of folder, in rounds in which they take turns."""
    runners = commands(folder, given.connections)
    digests = [hashlib.sha256(picture(number)).hexdigest() for number in range(given.files)]
    command = [sys.executable, __file__, "--serve", str(given.files)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    port = server.stdout.readline().strip()
    found: list[dict[str, Any]] = []
    try:
        # The first round of each is not counted: it compiles, and makes the environment.
        for turn in range(given.rounds + 1):
            for kind in KINDS:
                count = given.files // 10 if kind == "tenth" else given.files
                wanted = {digests[n] for n in range(count) if kind != "faulty" or fault_of(n) in ("", *PASSING)}
                for name, command in list(runners.items()):
                    urls, out = folder / "urls.txt", folder / "out"
                    round_name = f"{turn}-{list(runners).index(name)}"
                    lines = (f"http://127.0.0.1:{port}/{round_name}/{kind}/{n}.jpg\n" for n in range(count))
                    urls.write_text("".join(lines))
                    try:
                        cost = timed(command(urls, out), folder / "log")
                    except (RuntimeError, ValueError, OSError) as error:
                        found.append({"name": name, "kind": kind, "error": str(error)})
                        del runners[name]
                        continue
                    cost |= {"name": name, "kind": kind, "arrived": arrived(out, wanted), "wanted": len(wanted)}
                    shutil.rmtree(out)
                    found += [cost] if turn else []
    finally:
        server.terminate()
        server.wait()
    return found


def summary(found: list[dict[str, Any]], files: int) -> list[dict[str, Any]]:
    """Return the medians of each downloader and kind of folder, and how they compare to those of mmhub."""
    rows: list[dict[str, Any]] = []
    few: dict[str, float] = {}
    for kind in KINDS:
        ours = 0.0
        for name in dict.fromkeys(each["name"] for each in found):
            runs = [each for each in found if (each["name"], each["kind"]) == (name, kind)]
            if errors := [each["error"] for each in runs if "error" in each]:
                rows.append({"folder": kind, "downloader": name, "error": errors[0]})
                continue
            if not runs:
                continue
            seconds = statistics.median(each["seconds"] for each in runs)
            ours = ours or seconds
            few.setdefault(name, seconds)
            rows.append(
                {
                    "folder": kind,
                    "downloader": name,
                    "seconds": seconds,
                    "process": statistics.median(each["process"] for each in runs),
                    "files_per_second": None if kind == "tenth" else files * 0.9 / (seconds - few[name]),
                    "ratio": seconds / ours,
                    "arrived": min(each["arrived"] for each in runs),
                    "wanted": runs[0]["wanted"],
                    "reasons": runs[0]["reasons"],
                }
            )
    return rows


def main() -> None:
    """Measure and print one table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve(given.serve))
        return
    with tempfile.TemporaryDirectory() as folder:
        rows = summary(measured(given, Path(folder)), given.files)
    if given.json:
        print(json.dumps({"downloads": rows}))
        return
    table = Table("folder", "downloader", "seconds", "process", "files/s", "time to mmhub's", "arrived", "reasons")
    for row in rows:
        if "error" in row:
            table.add_row(row["folder"], row["downloader"], "did not run", "", "", "", "", row["error"][-200:])
            continue
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(row["reasons"].items()))
        rate = row["files_per_second"]
        numbers = [f"{row['seconds']:.2f}", f"{row['process']:.2f}", f"{rate:,.0f}" if rate else ""]
        shares = [f"{row['ratio']:.2f}", f"{row['arrived']:,} of {row['wanted']:,}"]
        table.add_row(row["folder"], row["downloader"], *numbers, *shares, reasons)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
