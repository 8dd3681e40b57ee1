import os
import subprocess
import sys
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from bench import Bench
from served_hub import point_at

# The wire that counts bytes is also what the benchmarks use.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

from mmhub.hub import connect, patience, push
from mmhub.hubserver import serving

NAMES = count()


@dataclass
class Place:
    """A repository of its own on the Hub of the tests, and a bench to build what is pushed there."""

    hub: object
    repo: str
    bench: Bench
    environment: dict[str, str]

    def push(self, wanted="notes", **options):
        return push(wanted, self.hub, **{"to": self.repo, "store": self.bench.store, **options})

    def read(self, name, revision="main"):
        """Return the text of a file in the repository."""
        path = self.hub.api.hf_hub_download(self.repo, name, repo_type="dataset", revision=revision)
        return Path(path).read_text(encoding="utf-8")

    def grow(self, **notes):
        """Add notes, and build the next version."""
        self.bench.put(notes)
        return self.bench.build()

    def alone(self, code):
        """Return what a process prints which cannot import mmhub."""
        head = "import sys; sys.modules['mmhub'] = None; import datasets; datasets.disable_progress_bars()\n"
        done = subprocess.run(
            [sys.executable, "-c", head + code],
            capture_output=True,
            text=True,
            env={**os.environ, **self.environment},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("hub")) as there:
        yield there


def placed(served, bench, caches, monkeypatch):
    """Return a new repository on the Hub, and build a version of three notes to push there."""
    point_at(served, caches, monkeypatch)
    monkeypatch.setattr(patience, "WAITS", (0.02, 0.05))
    bench.put({"a": "note 12", "b": "note 40", "c": "note 3"})
    bench.build()
    environment = {**served.environment, "HF_HOME": str(caches)}
    hub = connect(served.endpoint, token=served.token)
    return Place(hub, f"local/notes-{next(NAMES)}", bench, environment)


@pytest.fixture
def place(served, bench, tmp_path, monkeypatch):
    """A Hub with a new repository, and a version of three notes to push there."""
    return placed(served, bench, tmp_path / "hf", monkeypatch)


@pytest.fixture(scope="module")
def pushed(served, tmp_path_factory):
    """Two versions on the Hub, of three and four rows, which are only loaded."""
    folder = tmp_path_factory.mktemp("pushed")
    (folder / "notes").mkdir()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("MMHUB_FAKES_LOG", str(folder / "told"))
        bench = Bench(folder=folder / "notes", store=folder / "store", log=folder / "told")
        two = placed(served, bench, folder / "hf", monkeypatch)
        two.push()
        two.grow(d="note 50")
        two.push()
    return two


@pytest.fixture
def two(pushed, served, tmp_path, monkeypatch):
    """The same two versions for one that has loaded neither yet."""
    point_at(served, tmp_path / "hf", monkeypatch)
    return pushed
