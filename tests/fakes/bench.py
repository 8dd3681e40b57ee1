"""A folder of notes, a store, and builds of one from the other."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mmhub_fakes

from mmhub import Column, From, Recipe, Report, Step, load_ledger, plugins, run
from mmhub.request import Request

OFFERS = plugins.collect({"mmhub-fakes": mmhub_fakes})
NUMBER = Step("note/number")


@dataclass
class Bench:
    folder: Path
    store: Path
    log: Path
    rows: list[dict[str, Any]] = field(default_factory=list)

    def put(self, notes: Mapping[str, str | None] | Iterable[str], **columns: Any) -> None:
        """Add a row for each note, by its id, and the file that holds it; None leaves the file out."""
        named = notes if isinstance(notes, Mapping) else {f"r{n:03d}": note for n, note in enumerate(notes)}
        for row_id, note in named.items():
            self.rows.append({"row_id": row_id, "note": f"{row_id}.note", **columns})
            if note is not None:
                (self.folder / f"{row_id}.note").write_text(note)

    def recipe(self, *steps: Step, **parts: Any) -> Recipe:
        (self.folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in self.rows))
        fields = {"note": Column(modality="note")}
        if any("text" in row for row in self.rows):
            fields["text"] = Column(modality="words")
        return Recipe(**{"name": "notes", "source": From(use="notes"), "fields": fields, "steps": steps, **parts})

    def build(self, *steps: Step, parts: Mapping[str, Any] = {}, listener: Any = None, **request: Any) -> Report:
        """Build the rows with some steps, or the ``recipe`` that is given."""
        recipe = request.pop("recipe", None) or self.recipe(*steps, **parts)
        asked = {"store": self.store, "data_dir": self.folder, "workers": 1, **request}
        return run.build(Request(recipe=recipe, **asked), offers=OFFERS, listener=listener or (lambda *_: None))

    def ledger(self, store: Path | None = None) -> dict[str, dict[str, Any]]:
        """Return the ledger of the newest version, by row id."""
        return {row["row_id"]: row for row in load_ledger("notes", store=store or self.store)}

    def fates(self, store: Path | None = None) -> dict[str, tuple[str, str]]:
        """Return the fate and the reason of every unit of the newest version."""
        return {row_id: (row["fate"], row["reason"]) for row_id, row in self.ledger(store).items()}

    def told(self, event: str) -> list[str]:
        """Return what the fakes told of one kind of event, by all processes."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line.removeprefix(event).strip() for line in lines if line.startswith(event)]
