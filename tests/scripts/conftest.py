import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml
from served_hub import point_at

import mmhub
from mmhub.hub import connect, push
from mmhub.hubserver import serving
from mmhub.operators import Lost, Remark
from mmhub.recipes import catalogue

SAMPLES = Path(os.environ.get("MMHUB_SAMPLES") or Path(__file__).parents[3] / "shared" / "data")
NUMBERS = count()


@pytest.fixture
def samples() -> Path:
    if not SAMPLES.is_dir():
        pytest.skip("the samples are not here")
    return SAMPLES


class Read:
    """What a script yielded: rows by id, those that are lost by place, and its remarks."""

    def __init__(self, script: str, data_dir: Path, folder: Path, **options: Any) -> None:
        source = catalogue.entry(script).source
        found = list(source.rows(source.options(data_dir=data_dir, **options), folder))
        self.lost = {each.row_id: (each.reason, each.message) for each in found if isinstance(each, Lost)}
        self.remarks = [each.text for each in found if isinstance(each, Remark)]
        rows = [each for each in found if not isinstance(each, Lost | Remark)]
        self.rows = {row["row_id"]: row for row in rows}
        assert len(self.rows) == len(rows)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    """A function that returns what a script reads from a folder."""
    packed = tmp_path / "packed"
    packed.mkdir()
    return lambda script, data_dir, **options: Read(script, data_dir, packed, **options)


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes a file below the folder of the test, JSON where it is no text, and returns its path."""

    def write(name: str, content: Any) -> Path:
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


@pytest.fixture
def lay(tmp_path: Path) -> Callable[[Path, str], Path]:
    """A function that copies a sample into the folder of the test, under a name that may be another."""

    def copy(sample: Path, name: str) -> Path:
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(sample, path))

    return copy


@dataclass
class Published:
    """What came of a build, and what `datasets` loads after it was pushed to a Hub."""

    report: Any
    ledger: Any
    loaded: Any

    def fates(self) -> dict[str, str]:
        """Return the reason, or the fate where there is none, by row."""
        return {row["row_id"]: row["reason"] or row["fate"] for row in self.ledger}


@pytest.fixture(scope="session")
def served(tmp_path_factory: Any) -> Any:
    with serving(tmp_path_factory.mktemp("hub")) as there:
        yield there


@pytest.fixture
def publish(served: Any, tmp_path: Path, monkeypatch: Any) -> Callable[..., Published]:
    """A function that builds a script with few of its steps, pushes the version, and loads it from the Hub."""
    from datasets import load_dataset

    point_at(served, tmp_path / "hf", monkeypatch)

    def publish(script: str, data_dir: Path, *steps: str, splits: tuple[str, ...] = ()) -> Published:
        others = [step.called for step in catalogue.entry(script).recipe.steps if step.called not in steps]
        short = tmp_path / f"{script}.yaml"
        short.write_text(yaml.safe_dump({"extends": script, "without": others}))
        request: dict[str, Any] = {"data_dir": data_dir, "store": tmp_path / "store", "splits": splits}
        report = mmhub.build(str(short), models="embedded", workers=1, **request)
        repo = f"local/{script}-{next(NUMBERS)}"
        push(script, connect(served.endpoint, token=served.token), to=repo, store=tmp_path / "store")
        ledger = mmhub.load_ledger(script, store=tmp_path / "store")
        return Published(report, ledger, load_dataset(repo, revision=f"v{report.version}"))

    return publish
