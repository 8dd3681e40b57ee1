"""Run the examples on the pages of these docs, in order, as a reader would.

A block with a title is a file: it is written. A ``console`` block holds commands, each behind ``$``, and what they
print, where that is shown. A ``python`` block without a title is run. Other blocks are only read. A comment
``<!-- skip: why -->`` before a block keeps it from being run.

``python docs/examples.py`` runs the pages and puts what is printed now in place of what is not new. With ``demo``
it writes what the whole demo prints into the README.
"""

import doctest
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PAGES = (
    ROOT / "README.md",
    ROOT / "docs/tutorial-dataset.md",
    ROOT / "docs/tutorial-plugin.md",
    ROOT / "docs/versions.md",
    ROOT / "docs/hub.md",
    ROOT / "docs/sources.md",
    ROOT / "docs/segments.md",
    ROOT / "docs/encoders.md",
    ROOT / "docs/search.md",
)
HOME = "/home/you"
_BLOCK = re.compile(
    r'^(?:<!-- skip: (?P<skip>[^\n]+) -->\n)?```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<body>.*?)^```$',
    re.MULTILINE | re.DOTALL,
)
_COMMAND = re.compile(r"^\$ (?P<command>(?:.*\\\n)*.*)\n(?P<output>(?:(?!\$ ).*\n)*)", re.MULTILINE)
_DEMO = re.compile(r"(<!-- `python docs/examples.py demo` writes this block -->\n```text\n).*?(```\n)", re.DOTALL)
_PROGRESS = re.compile(
    r"^(?:(?:preparing|reading) the source|cutting rows|measuring|deciding|writing the version)\b.*\n", re.MULTILINE
)
"""How far a build is: a terminal shows it in a place of its own, and it is gone when the build is done."""
_CHANGING = re.compile(r"less than a second|\d[\d,.]* ?(?:s|min|rows/s|B|kB|MB|GB)\b|\d{4}-\d\d-\d\d[ T\d:]*")
"""Times, rates, sizes and dates: they differ from one run to the next."""
_HASH = re.compile(r"\b[0-9a-f]{12,}\b")
"""A hash: it differs from one machine to another, and is the same all over a page."""


class Failed(AssertionError):
    """An example on a page does not do what the page says."""


@dataclass(frozen=True)
class Block:
    """A block of a page: what it is, what it holds, and why it is skipped, if it is."""

    language: str
    title: str
    body: str
    skip: str


class Printed(NamedTuple):
    """What a command should print by its page, and what it did print."""

    command: str
    expected: str
    printed: str

    @property
    def holds(self) -> bool:
        """Say whether both are the same, but for what changes; ``...`` stands for anything, and so does nothing."""
        return _same(*(_HASH.sub("(hash)", text) for text in (self.expected, self.printed)))

    @property
    def is_new(self) -> bool:
        """Say whether both are the same, hashes included."""
        return _same(self.expected, self.printed)


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a page, in order."""
    for found in _BLOCK.finditer(text):
        yield Block(**{name: value or "" for name, value in found.groupdict().items()})


def run(text: str, home: Path) -> Iterator[Printed]:
    """Run the examples of a page in a folder of ``home``; raise Failed where one ends badly."""
    folder = home / "work"
    folder.mkdir()
    for block in blocks(text):
        if block.skip:
            continue
        if block.title:
            (folder / block.title).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.title).write_text(block.body, encoding="utf-8")
        elif block.language == "console":
            for each in _COMMAND.finditer(block.body):
                printed = _printed(["bash", "-c", each["command"]], folder, home)
                yield Printed(each["command"], each["output"], printed)
        elif block.language == "python":
            _printed([sys.executable, "-c", block.body], folder, home)


def files(text: str) -> Iterator[tuple[Path, Block]]:
    """Yield the blocks of a page that show a file of this repository, each with that file."""
    for block in blocks(text):
        if block.title and (ROOT / "plugins" / block.title).exists():
            yield ROOT / "plugins" / block.title, block


def _printed(command: list[str], folder: Path, home: Path) -> str:
    """Run one command, and return what it prints, stderr included, as it would be on the reader's machine."""
    if command[-1].startswith("uv pip install -e "):
        _install(folder / command[-1].rpartition(" ")[2], home / "site")
        return ""
    done = subprocess.run(command, cwd=folder, env=_environment(home), capture_output=True, text=True, check=False)
    printed = (done.stderr + done.stdout).replace(str(home), HOME)
    if done.returncode:
        raise Failed(f"{command[-1]}\nended with {done.returncode} and printed\n{printed}")
    return _PROGRESS.sub("", "".join(f"{line.rstrip()}\n" for line in printed.splitlines()))


def _environment(home: Path) -> Mapping[str, str]:
    return {
        **os.environ,
        "HOME": str(home),
        "MMHUB_HOME": str(home / ".mmhub"),
        "HF_HOME": str(home / ".cache/huggingface"),
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
        "COLUMNS": "100",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PYTHONPATH": str(home / "site"),
    }


def _install(folder: Path, site: Path) -> None:
    """Do what an editable installation would, but for no index, and not into this environment."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    if not (folder / project["readme"]).is_file():
        raise Failed(f"{folder.name} cannot be installed: it has no {project['readme']}")
    about = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    points = project["entry-points"]["mmhub"].items()
    (about / "entry_points.txt").write_text("[mmhub]\n" + "".join(f"{name} = {place}\n" for name, place in points))
    for package in folder.glob("*/__init__.py"):
        (site / package.parent.name).symlink_to(package.parent)


def _same(expected: str, printed: str) -> bool:
    if not expected.strip():
        return True
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    masked = (_CHANGING.sub("(changing)", text) for text in (expected, printed))
    return doctest.OutputChecker().check_output(*masked, flags)


def show_demo() -> None:
    """Write what the whole demo prints into the README."""
    page, text = PAGES[0], PAGES[0].read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as home:
        printed = _printed(["mmhub", "build", "demo"], Path(home), Path(home))
    summary = printed[printed.index("built demo@") :]
    page.write_text(_DEMO.sub(lambda found: f"{found[1]}{summary}{found[2]}", text), encoding="utf-8")


def bring_up_to_date() -> None:
    """Put into the pages what the files and commands they show hold and print now."""
    for path in PAGES:
        text = before = path.read_text(encoding="utf-8")
        for file, block in files(text):
            text = text.replace(block.body, file.read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as home:
            for each in run(text, Path(home)):
                if not each.is_new:
                    text = text.replace(f"$ {each.command}\n{each.expected}", f"$ {each.command}\n{each.printed}", 1)
        if text != before:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    show_demo() if sys.argv[1:] == ["demo"] else bring_up_to_date()
