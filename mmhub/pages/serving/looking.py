"""What a served page asks: each question with its answer from the store, as plain data."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from threading import BoundedSemaphore, Lock
from typing import Any
from urllib.parse import quote

import numpy as np

from mmhub.errors import MmhubError
from mmhub.pages.cards import cards
from mmhub.pages.health import health
from mmhub.pages.history import difference, earlier, others
from mmhub.pages.maps import mapped, methods
from mmhub.pages.neighbours import neighbours
from mmhub.pages.opened import Opened
from mmhub.pages.originals import Originals, Ref, media_type
from mmhub.pages.overview import overview
from mmhub.pages.previews import Preview, preview
from mmhub.pages.rereading import Reread, reread
from mmhub.pages.row import whole_row
from mmhub.pages.selection import Where, chosen
from mmhub.pages.spreads import facts, spread
from mmhub.pages.trying import estimated, tried
from mmhub.pages.vectors import embeddings
from mmhub.pages.words import Words
from mmhub.request import Request
from mmhub.version import find

_PAGE, _POINTS = 24, 20_000
_PREVIEWS, _SELECTIONS, _ANSWERS = 512, 16, 128
_AT_ONCE = 2
"""How many previews are made at a time: the rest wait, so that answers do not."""
Query = Mapping[str, str]


class Looking:
    """A version that is looked at. What was found out stays known, as far as it is small.

    ``request`` names the recipe that the version was built from, whose source is read again when a threshold is tried
    for the first time.
    """

    def __init__(self, opened: Opened, request: Request) -> None:
        self.opened = opened
        self.originals = Originals(opened)
        self._request = request
        self._again: Reread | None = None
        self._refused = ""
        self._lock = Lock()
        self._makers = BoundedSemaphore(_AT_ONCE)
        self.preview = lru_cache(_PREVIEWS)(self._preview)
        self._chosen = lru_cache(_SELECTIONS)(lambda where: chosen(opened, where))
        self._known = lru_cache(_ANSWERS)(lambda make, *what: make(*what))

    def warm(self) -> None:
        """Find out what the first questions will need."""
        self.answer("overview", {})
        _ = self.opened.kept, self.opened.splits, self.opened.steps, self.opened.places
        self.answer("gallery", {})

    def answer(self, question: str, query: Query) -> Any:
        """Return the answer to a question; raise MmhubError or ValueError for one that means nothing."""
        ask = _QUESTIONS.get(question)
        if ask is None:
            raise MmhubError(f"nobody knows how to answer {question!r}")
        return ask(self, query)

    def medium(self, name: str) -> tuple[str, memoryview] | None:
        """Return the media type and the bytes of a medium that a `Ref` names, None where there is none."""
        ref = Ref.parse(name)
        data = None if ref is None else self.originals.find(ref)
        return None if data is None else (media_type(data), data)

    def view(self, kind: str, name: str) -> tuple[str, memoryview] | None:
        """Return the media type and the bytes of a view of a medium by its name; None where there is none."""
        ref = Ref.parse(name)
        made = None if ref is None else self.preview(ref)
        found = made.views.get(kind) if made else None
        return None if found is None else (found[0], memoryview(found[1]))

    def _overview(self, query: Query) -> Any:
        return self._known(overview, self.opened)

    def _facts(self, query: Query) -> Any:
        return self._known(facts, self.opened)

    def _spread(self, query: Query) -> Any:
        column = query.get("column", "")
        if column not in self.opened.rules.columns:
            raise MmhubError(f"the version has no fact {column!r}")
        return self._known(spread, self.opened, column)

    def _gallery(self, query: Query) -> Any:
        where = Where(**{name: query.get(name, "") for name in ("fate", "reason", "split", "cluster")})
        units = self._chosen(where)
        start = _PAGE * max(0, int(query.get("page", "0")))
        some = cards(self.opened, units[start : start + _PAGE], self.originals, self._words)
        return {"total": len(units), "size": _PAGE, "rows": some}

    def _row(self, query: Query) -> Any:
        unit = int(query.get("unit", ""))
        if not 0 <= unit < len(self.opened.units):
            raise MmhubError(f"the version has no row number {unit}")
        found = whole_row(self.opened, unit, self.originals, self._words)
        return found | {"neighbours": neighbours(self.opened, np.array([unit]))[unit]}

    def _maps(self, query: Query) -> Any:
        return [{"embedding": name, "method": how} for name in embeddings(self.opened) for how in methods()]

    def _map(self, query: Query) -> Any:
        asked = {"embedding": query.get("embedding", ""), "method": query.get("method", "")}
        if asked not in self._maps(query):
            raise MmhubError(f"the version has no map by {asked['embedding']!r}")
        return self._known(_mapped, self.opened, asked["embedding"], asked["method"])

    def _difference(self, query: Query) -> Any:
        name = query.get("other", "")
        other = find(self.opened.store, f"{self.opened.version.name}@{name}") if name else earlier(self.opened)
        return None if other is None else self._known(_difference_from, self.opened, other.number)

    def _versions(self, query: Query) -> Any:
        return others(self.opened)

    def _health(self, query: Query) -> Any:
        return self._known(health, self.opened)

    def _trial(self, query: Query) -> Any:
        wanted, value = query.get("wanted", ""), float(query.get("value", ""))
        side: Any = query.get("side", "")
        if side not in ("at_least", "at_most") or not np.isfinite(value):
            raise MmhubError("a threshold is `at_least` or `at_most` a number")
        again = self._read_again()
        if again is not None and not again.differs:
            return tried(self.opened, again, wanted, side, value)
        return estimated(self.opened, wanted, side, value, again.differs if again else self._refused)

    def _previewed(self, query: Query) -> Any:
        ref = Ref.parse(query.get("ref", ""))
        made = None if ref is None else self.preview(ref)
        if ref is None or made is None:
            raise MmhubError("there is no preview of it")
        views = {name: f"preview/{name}/{quote(str(ref))}" for name in made.views}
        whole = {"whole": f"media/{quote(str(ref))}"}
        return {"views": views | whole, "peaks": made.peaks, "seconds": made.seconds}

    def _preview(self, ref: Ref) -> Preview | None:
        with self._makers:
            data = self.originals.find(ref)
            return None if data is None else preview(self.opened.kinds[ref.field], data)

    @property
    def _words(self) -> Words:
        return Words(self.opened, self._again.found.units if self._again else None)

    def _read_again(self) -> Reread | None:
        """Return the source as it is now, read when it is asked for first; None where it cannot be had."""
        with self._lock:
            if self._again is None and not self._refused:
                try:
                    self._again = reread(self.opened, self._request)
                except MmhubError as error:
                    self._refused = f"an estimate from the ledger: {error}"
        return self._again


def _mapped(opened: Opened, embedding: str, method: str) -> dict[str, Any]:
    return mapped(opened, embedding, method=method, points=_POINTS)


def _difference_from(opened: Opened, number: str) -> dict[str, Any]:
    return difference(opened, find(opened.store, f"{opened.version.name}@{number}"))


_QUESTIONS: dict[str, Callable[[Looking, Query], Any]] = {
    "overview": Looking._overview,
    "facts": Looking._facts,
    "spread": Looking._spread,
    "gallery": Looking._gallery,
    "row": Looking._row,
    "maps": Looking._maps,
    "map": Looking._map,
    "difference": Looking._difference,
    "versions": Looking._versions,
    "health": Looking._health,
    "trial": Looking._trial,
    "preview": Looking._previewed,
}
