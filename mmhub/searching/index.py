"""An index of a column of vectors, by FAISS through `datasets`: it says which vectors are worth a look.

Flat inner product, or a graph (HNSW: Malkov & Yashunin 2018, arXiv:1603.09320). Vectors are scaled to length one, so
that it orders by cosine.
"""

from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mmhub.errors import MmhubError
from mmhub.quiet import quiet
from mmhub.recipes.recipe import Index
from mmhub.searching.hit import Hit
from mmhub.searching.nearest import nearest
from mmhub.searching.pieces import Piece, chosen, pieces
from mmhub.searching.searched import Searched
from mmhub.store import placed

if TYPE_CHECKING:
    from datasets.search import FaissIndex

_FACTORIES: dict[Index, str] = {"flat": "Flat", "hnsw": "HNSW32"}
"""How FAISS calls the kinds of index."""
_FEWEST = 128
"""Vectors an index is asked for at least: a graph looks the further for it, and finds more of what is nearest."""
_TOLERANCE = 1e-5
"""By how much what an index says of a cosine may be off: it adds up in another order."""


def installed() -> bool:
    """Whether FAISS is."""
    return find_spec("faiss") is not None


def indexed(searched: Searched, column: str, kind: Index) -> "FaissIndex":
    """Return the index of a column, from where it is kept or, the first time, built and put there.

    Raises MmhubError where FAISS is not installed, and StoreError where the folder cannot be written.
    """
    if not installed():
        raise MmhubError("an index needs FAISS: `pip install 'mmhub[search]'`, or search without `--index`")
    path = searched.indexes / f"{column}-{kind}.faiss"
    if not path.exists():
        with searched.in_use():
            path.parent.mkdir(parents=True, exist_ok=True)
            with placed(path) as draft, quiet():
                _built(pieces(searched, column), kind).save(draft)
    return _read(path)


@lru_cache(maxsize=4)
def _read(path: Path) -> "FaissIndex":
    """Return the index in a file, which never changes, once for all searches of a process."""
    from datasets.search import FaissIndex

    return FaissIndex.load(path)


def nearest_by(index: "FaissIndex", searched: Searched, column: str, query: np.ndarray, top: int) -> list[Hit]:
    """Return what `nearest` does, of those vectors alone that an index finds near ``query``."""
    total, wanted = int(index.faiss_index.ntotal), max(_FEWEST, 4 * top)
    unit = (query / max(float(np.linalg.norm(query)), 1e-12)).astype(np.float32)
    while wanted < total:
        found = index.search(unit, wanted)
        at = np.asarray(found.indices, np.int64)
        hits = nearest(chosen(pieces(searched, column), at[at >= 0]), query, top)
        if len(hits) == top and found.scores[-1] < hits[-1].cosine - _TOLERANCE:
            return hits
        # Rows with several vectors, and ties that go on behind the last that was found, need a further look.
        wanted *= 4
    return nearest(pieces(searched, column), query, top)


def _built(several: Iterator[Piece], kind: Index) -> "FaissIndex":
    import faiss
    from datasets.search import FaissIndex

    index = FaissIndex(string_factory=_FACTORIES[kind], metric_type=faiss.METRIC_INNER_PRODUCT)
    for piece in several:
        vectors = piece.vectors
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        index.add_vectors(vectors / np.maximum(lengths, np.float32(1e-12)), batch_size=max(1, len(vectors)))
    return index
