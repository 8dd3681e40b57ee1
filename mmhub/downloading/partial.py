"""A download that is under way, or was broken off: so far as it came, with what says whether the rest still fits."""

import json
from dataclasses import dataclass
from pathlib import Path

from mmhub.downloading.answer import Answer
from mmhub.downloading.failures import Failed


@dataclass(frozen=True)
class Partial:
    """The file at ``path``, and beside it the validator (ETag or date) of what it is a part of."""

    path: Path

    @property
    def _about(self) -> Path:
        return self.path.with_suffix(".json")

    def headers(self) -> dict[str, str]:
        """Return what asks for the rest alone, if the file is still what it was; nothing where there is no part."""
        try:
            validator = json.loads(self._about.read_text(encoding="utf-8"))["validator"]
            return {"range": f"bytes={self.path.stat().st_size}-", "if-range": str(validator)}
        except (OSError, ValueError, KeyError):
            self.drop()
            return {}

    def fits(self, answer: Answer) -> int:
        """Return from which byte on the body of an answer goes on; raise Failed where it fits nothing that is here."""
        if answer.status == 200:
            self.drop()
            return 0
        size = self.path.stat().st_size if self.path.exists() else 0
        if answer.status == 206 and answer.headers.get("content-range", "").startswith(f"bytes {size}-"):
            return size
        self.drop()
        raise Failed("cut-off", "the server sent another part than was asked for", again=True)

    def begin(self, answer: Answer) -> None:
        """Note what the answer is a part of; what cannot be told apart from another file is never resumed."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        etag = answer.headers.get("etag", "")
        validator = etag if etag.startswith('"') else answer.headers.get("last-modified", "")
        if validator:
            self._about.write_text(json.dumps({"validator": validator}), encoding="utf-8")

    def drop(self) -> None:
        """Forget what came so far."""
        # The file first: what is left without it is no part of anything.
        self.path.unlink(missing_ok=True)
        self._about.unlink(missing_ok=True)
