"""What a search finds: the query is encoded, its nearest rows are looked for, and told as plain rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mmhub.errors import MmhubError
from mmhub.plugins import Offers
from mmhub.recipes.recipe import Index
from mmhub.searching.embeddings import TEXT, Embedding, choose
from mmhub.searching.hit import Hit
from mmhub.searching.index import indexed, installed, nearest_by
from mmhub.searching.nearest import nearest
from mmhub.searching.pieces import pieces
from mmhub.searching.query import Query, encoded
from mmhub.searching.searched import Searched
from mmhub.searching.thumbnails import write_thumbnails
from mmhub.version import Version


@dataclass(frozen=True)
class Way:
    """How to look for rows; ``weights`` is a folder that holds those of the encoder."""

    column: str | None = None
    top: int = 10
    index: Index | None = None
    thumbnails: Path | None = None
    weights: Path | None = None


@dataclass(frozen=True)
class Answer:
    """The rows that were found, the nearest first, and where: the version, the column, the index if one was used."""

    version: str
    column: str
    field: str
    index: Index | None
    rows: list[dict[str, Any]]


def answer(query: Query, searched: Searched, offers: Offers, way: Way) -> Answer:
    """Return the rows of a version that are nearest to a query; the encoder is loaded for the first of several.

    Raises VersionError, PluginError, ModelError or SourceError, where column, encoder, weights or the query itself
    cannot be had.
    """
    if way.top < 1:
        raise MmhubError(f"{way.top} rows were asked for: expected one or more")
    embedding = choose(searched.version, offers, query.modality, way.column)
    vector = encoded(query, embedding, offers, folder=way.weights)
    wanted: Index | None = embedding.step.get("index") if installed() else None
    kind = way.index or wanted
    hits = _hits(searched, embedding.column, vector, way.top, kind)
    paths: Sequence[str | None] = [None] * len(hits)
    if way.thumbnails is not None:
        paths = write_thumbnails(hits, searched, field=embedding.field, folder=way.thumbnails)
    told = zip(range(1, len(hits) + 1), hits, paths, strict=True)
    rows = [_row(rank, hit, path, searched.version, embedding) for rank, hit, path in told]
    return Answer(str(searched.version), embedding.column, embedding.field, kind, rows)


def _hits(searched: Searched, column: str, query: np.ndarray, top: int, kind: Index | None) -> list[Hit]:
    if kind is None or not any(map(len, pieces(searched, column))):
        return nearest(pieces(searched, column), query, top)
    return nearest_by(indexed(searched, column, kind), searched, column, query, top)


def _row(rank: int, hit: Hit, path: str | None, version: Version, embedding: Embedding) -> dict[str, Any]:
    return {
        "rank": rank,
        "row_id": hit.row_id,
        "score": hit.cosine,
        "split": hit.split,
        "text": _text(hit, version, embedding),
        "thumbnail": path,
    }


def _text(hit: Hit, version: Version, embedding: Embedding) -> str | None:
    """Return the text whose vector was found, or else the first text of the row; None where it has none."""
    fields = version.manifest["recipe"]["fields"]
    texts = [name for name, field in fields.items() if field["modality"] == TEXT and name in hit.row.schema.names]
    for name in sorted(texts, key=lambda name: name != embedding.field):
        value = hit.value(name, found_in=embedding.field)
        if value is not None:
            return str(value)
    return None
