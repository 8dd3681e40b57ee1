"""Where rows come from, and what it yields."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmhub.operators.options import Options

Row = Mapping[str, Any]
"""``row_id``, optionally ``split``, and the fields: ``str`` for text, or for media a path, bytes, `Media`, a URL or a
`Remote`; or lists of them.

An `Undecodable` in the place of a value says why it cannot be had, and quarantines its row for that reason.
"""


@dataclass(frozen=True)
class Lost:
    """A row of which nothing can be read, such as a broken line: it is quarantined for ``reason``.

    ``message`` says what was found and where, as in ``rows.csv:17: expected 5 values, found 4``.
    """

    row_id: str
    reason: str
    message: str


@dataclass(frozen=True)
class Remark:
    """Something a source has to say about itself and not about a row: it stands in the report of the build."""

    text: str


@dataclass(frozen=True)
class Planted:
    """A defect which a generated source planted on purpose, and the reasons or steps by which it counts as caught."""

    row_id: str
    defect: str
    caught_as: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Source:
    """A place rows come from.

    ``rows(options, folder)`` yields rows in a fixed order and reads no media. Between them it may yield what is
    `Lost`, and a `Remark`. A source whose files are generated has ``generate(options, folder)``, which is called once
    for each set of options and each version, and writes them into ``folder``; ``rows`` then gets that folder. Other
    sources get ``None``. With ``remote(options)`` ``generate`` needs a network, which a plan does not use.
    ``planted`` tells the defects a generated source holds; a row it does not name is clean.
    """

    name: str
    version: int
    summary: str
    options: type[Options] = Options
    rows: Callable[[Any, Path | None], Iterator[Row | Lost | Remark]]
    generate: Callable[[Any, Path], None] | None = None
    remote: Callable[[Any], bool] | None = None
    planted: Callable[[Any, Path | None], Iterator[Planted]] | None = None
