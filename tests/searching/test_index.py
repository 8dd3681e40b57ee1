"""Indexes of vectors: they find what comparing all vectors finds, lie in the store, and go with what they are of."""

import numpy as np
import pyarrow as pa
import pytest

from mmhub import Column, Recipe, RecipeError, Step, plugins
from mmhub.binding.bind import bind
from mmhub.blocks import write_table
from mmhub.collecting import garbage
from mmhub.errors import MmhubError
from mmhub.searching import answer, index
from mmhub.searching.nearest import nearest
from mmhub.searching.pieces import pieces
from mmhub.searching.searched import Kept
from mmhub.store import Store
from mmhub.version import Version, find

ROWS, DIM = 3_000, 16


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A version of 3,000 rows in two files, with a vector, or a list of up to three; every tenth vector is the same."""
    store = Store.at(tmp_path_factory.mktemp("many")).made()
    rng = np.random.default_rng(3)
    one = rng.standard_normal((ROWS, DIM)).astype(np.float32)
    one[::10] = one[0]
    lists = [list(rng.standard_normal((n % 4, DIM)).astype(np.float32)) for n in range(ROWS)]
    kind = pa.list_(pa.float32(), DIM)
    ids = [f"r{(7 * n) % ROWS:04d}" for n in range(ROWS)]
    whole = pa.table({"row_id": ids, "one": pa.array(list(one), kind), "several": pa.array(lists, pa.list_(kind))})
    halves = [write_table(store.objects, whole.slice(start, 1_500)) for start in (0, 1_500)]
    splits = {split: {"rows": 1_500, "columns": [name]} for split, name in zip(("train", "test"), halves, strict=True)}
    return Kept(Version("many", "1.0.0", {"splits": splits}), store)


def told(hits):
    return [(hit.row_id, hit.cosine, hit.place) for hit in hits]


@pytest.mark.parametrize("top", [1, 10, 300])
@pytest.mark.parametrize("column", ["one", "several"])
def test_a_flat_index_finds_what_comparing_all_vectors_finds(many, column, top):
    found = index.indexed(many, column, "flat")
    for query in np.random.default_rng(4).standard_normal((5, DIM)).astype(np.float32):
        exact = nearest(pieces(many, column), query, top)
        assert told(index.nearest_by(found, many, column, query, top)) == told(exact)
        assert len({hit.row_id for hit in exact}) == top


def test_a_tie_that_goes_on_behind_what_an_index_found_is_in_the_order_of_row_id(many):
    (query,) = (piece.vectors[0] for piece in pieces(many, "one") if piece.split == "train")
    hits = index.nearest_by(index.indexed(many, "one", "flat"), many, "one", query, 5)
    alike = sorted(f"r{(7 * n) % ROWS:04d}" for n in range(0, ROWS, 10))
    assert [hit.row_id for hit in hits] == alike[:5]


def test_an_index_spares_vectors_a_look(many, monkeypatch):
    looked_at = []
    taken = index.chosen
    monkeypatch.setattr(index, "chosen", lambda several, at: looked_at.extend(at) or taken(several, at))
    query = np.random.default_rng(4).standard_normal(DIM).astype(np.float32)
    index.nearest_by(index.indexed(many, "several", "flat"), many, "several", query, 10)
    assert 10 <= len(looked_at) < ROWS / 10


def test_a_graph_finds_nearly_all_of_the_nearest(many):
    graph = index.indexed(many, "several", "hnsw")
    shares = []
    for query in np.random.default_rng(5).standard_normal((20, DIM)).astype(np.float32):
        exact = {hit.row_id for hit in nearest(pieces(many, "several"), query, 10)}
        found = {hit.row_id for hit in index.nearest_by(graph, many, "several", query, 10)}
        shares.append(len(exact & found) / 10)
    assert np.mean(shares) > 0.95


def test_an_index_is_built_once(gallery, monkeypatch):
    gallery.search("a red circle", column="image_clip", index="flat")
    monkeypatch.setattr(index, "_built", None)
    assert gallery.search("a green ring", column="image_clip", index="flat")


def test_a_recipe_asks_for_an_index_that_the_first_search_builds(gallery):
    store = Store.at(gallery.store)
    gallery.search("a red circle", column="video_frames")
    assert (Kept(find(store, "gallery"), store).indexes / "video_frames-flat.faiss").exists()


def test_without_faiss_an_index_that_is_asked_for_is_an_error_and_one_of_a_recipe_is_done_without(gallery, monkeypatch):
    monkeypatch.setattr(index, "installed", lambda: False)
    monkeypatch.setattr(answer, "installed", lambda: False)
    with pytest.raises(MmhubError, match=r"`pip install 'mmhub\[search\]'`, or search without `--index`"):
        gallery.search("a red circle", index="flat")
    assert len(gallery.search("a red circle", column="video_frames", top=2)) == 2


def test_gc_takes_indexes_of_files_that_no_version_has(gallery):
    store = Store.at(gallery.store)
    gallery.search("a red circle", column="image_clip", index="flat")
    other = store.indexes / ("0" * 64)
    other.mkdir()
    (other / "image_clip-flat.faiss").write_bytes(b"an index")
    found = garbage(store, facts=False)
    assert found.paths["indexes"] == [other]
    found.remove()
    assert Kept(find(store, "gallery"), store).indexes.exists()


def test_an_index_is_for_steps_that_make_vectors():
    recipe = Recipe(name="said", fields={"text": Column(modality="text")}, steps=(Step("text/length", index="flat"),))
    with pytest.raises(RecipeError, match="step 'text/length' makes no vectors to index"):
        bind(recipe, plugins.discover())
