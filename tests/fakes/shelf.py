"""A folder of pictures, sounds, films and captions, a store, and builds of one from the other."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mmhub_fakes
import mmhub_shown

from mmhub import Column, From, Recipe, Step, plugins, run
from mmhub.pages.opened import Opened
from mmhub.request import Request
from mmhub.store import Store
from mmhub.version import find

OFFERS = plugins.collect({"mmhub-fakes": mmhub_fakes, "mmhub-shown": mmhub_shown})
STEPS = (Step("picture/shade"), Step("words/length"), Step("note/curve", fields=("caption",)))
CUES = "1\n00:00:00,000 --> 00:00:00,500\nit <b>moves</b>\n\n2\n00:00:00,500 --> 00:00:01,000\nright\n"
HOSTILE = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>"


@dataclass
class Shelf:
    """Files, a store, and builds of one from the other."""

    folder: Path
    store: Path
    rows: list[dict[str, Any]] = field(default_factory=list)

    def put(self, row_id, caption=None, *, split="train", **media):
        """Add a row with files of the given bytes; None leaves a file out that the row names."""
        row = {"row_id": row_id, "split": split, "caption": caption}
        for name, data in media.items():
            if name == "subtitles":
                row[name] = data
                continue
            row[name] = f"{name}-{row_id}".replace("/", "-")
            if data is not None:
                (self.folder / row[name]).write_bytes(data)
        self.rows.append(row)

    def recipe(self, *steps, **parts):
        fields = {name: Column(modality=name) for name in mmhub_shown.MEDIA if any(name in row for row in self.rows)}
        fields |= {"caption": Column(modality="words")}
        fields |= {"subtitles": Column(modality="words")} if any("subtitles" in row for row in self.rows) else {}
        chosen = [step for step in steps or STEPS if step.use != "picture/shade" or "picture" in fields]
        return Recipe(name="shelf", source=From(use="shown"), fields=fields, steps=tuple(chosen), **parts)

    def asked(self, *steps, settings=(), **parts):
        """Return the request of a build of the rows."""
        (self.folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in self.rows))
        recipe = self.recipe(*steps, **parts)
        return Request(recipe=recipe, store=self.store, data_dir=self.folder, settings=settings, workers=1)

    def build(self, *steps, settings=(), **parts):
        """Build the rows, and return the version as it is opened."""
        report = run.build(self.asked(*steps, settings=settings, **parts), offers=OFFERS)
        return self.opened(report.version)

    def opened(self, number):
        store = Store.at(self.store)
        return Opened(find(store, f"shelf@{number}"), store)
