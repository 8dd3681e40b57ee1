import json
import sys
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from bench import OFFERS

from mmhub import plugins
from mmhub.cli import main


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit status, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def answer(self) -> dict[str, Any]:
        return json.loads(self.out)


@pytest.fixture
def mmhub(bench, monkeypatch, capsys):
    """A function that runs a command as `mmhub` does, with the fake plugin alone."""
    monkeypatch.setattr(plugins, "discover", lambda: OFFERS)
    monkeypatch.setenv("MMHUB_HOME", str(bench.store))
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["mmhub", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Ended(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def recipe(bench, tmp_path):
    """A recipe file over five notes: one is too small, one is torn, one repeats another."""
    bench.put(["note 12", "note 40", "note 3", "torn", "note 12"], split="train")
    made = bench.recipe()
    steps = [{"use": "note/number"}, {"use": "note/marks"}]
    source = {"use": "notes", "options": {"data_dir": str(bench.folder)}}
    fields = {name: column.model_dump() for name, column in made.columns.items()}
    path = tmp_path / "notes.yaml"
    path.write_text(yaml.safe_dump({"name": "notes", "source": source, "fields": fields, "steps": steps}))
    return path
