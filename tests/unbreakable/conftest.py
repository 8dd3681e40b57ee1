import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import mmhub_unruly
import pytest

from mmhub import Column, From, Recipe, Report, Step, load_ledger, plugins, run
from mmhub.plugins import Offers
from mmhub.request import Request
from mmhub.retrying import Retried, Where, retry
from mmhub.workers.jobs import Limits

OFFERS = plugins.collect({"mmhub-unruly": mmhub_unruly})
NAMES = ("thing/mend", "saying/mend", "thing/facts", "thing/columns", "saying/facts", "saying/columns")
STEPS = (
    *(Step(name) for name in NAMES),
    Step("thing/gap", fields=("thing", "saying")),
    Step("thing/constant"),
)


@dataclass
class Unruly:
    """A folder of things, and builds of it with a plugin that does what they say."""

    folder: Path
    store: Path
    offers: Offers = OFFERS
    limits: Limits = field(default_factory=lambda: Limits(seconds=1.0, memory_bytes=1 << 30))

    def put(self, things: Iterable[str], sayings: dict[int, str] | None = None) -> None:
        for number, thing in enumerate(things):
            (self.folder / f"r{number:03d}.thing").write_text(thing)
        for number, saying in (sayings or {}).items():
            (self.folder / f"r{number:03d}.txt").write_text(saying)

    def recipe(self, *steps: Step, **parts) -> Recipe:
        fields = {"thing": Column(modality="thing"), "saying": Column(modality="saying")}
        return Recipe(**{"name": "things", "source": From(use="things"), "fields": fields, "steps": steps, **parts})

    def build(self, *steps: Step, listener=lambda *_: None, **request) -> Report:
        return run.build(self.request(*steps, **request), offers=OFFERS, listener=listener)

    def retry(self, *steps: Step, where: str, **request) -> Retried:
        return retry(self.request(*steps, **request), Where.parse(where.split()), offers=OFFERS)

    def request(self, *steps: Step, segment: str | None = None, **request) -> Request:
        parts = {"segment": Step(segment)} if segment else {}
        asked = {"store": self.store, "data_dir": self.folder, "workers": 1, "limits": self.limits, **request}
        return Request(recipe=self.recipe(*(steps or STEPS), **parts), **asked)

    def fates(self) -> list[str]:
        """Return the reason of each row that is not kept, in the order of their ids."""
        return [
            row["reason"] or ("" if row["fate"] == "kept" else row["fate"]) for _, row in sorted(self.ledger().items())
        ]

    def ledger(self) -> dict[str, dict]:
        return {row["row_id"]: row for row in load_ledger("things", store=self.store)}


@pytest.fixture
def unruly(tmp_path, monkeypatch):
    monkeypatch.setenv("MMHUB_UNRULY_PARENT", str(os.getpid()))
    (tmp_path / "things").mkdir()
    return Unruly(tmp_path / "things", tmp_path / "store")


@pytest.fixture(autouse=True)
def warm_forks():
    """Start every process as builds do."""
