"""Vectors of texts as a build keeps them: each beside its own row, in the data type that was asked for."""

import numpy as np
import pytest

import mmhub
from mmhub import Column, From, Recipe, Source, Step, plugins, run
from mmhub.engines.devices import device, threads
from mmhub.request import Request

pytest.importorskip("mmhub_text")
TEXTS = [f"{number} " + "word " * (1 + 37 * number % 60) for number in range(40)]
"""Short and long texts in turn, of several length buckets, and in none as many as a batch holds."""


@pytest.fixture
def vectors(tmp_path):
    """A function that builds texts and returns their vectors by row id."""
    offers = plugins.discover()

    def built(texts, **options):
        source = Source(name="given", version=1, summary="Texts.", rows=lambda *_: rows_of(texts))
        recipe = Recipe(
            name="texts",
            source=From(use="given"),
            fields={"text": Column(modality="text")},
            steps=(Step("text/transformer", options=options),),
        )
        given = type(offers)(**{**vars(offers), "sources": {**offers.sources, "given": source}})
        store = tmp_path / str(len(list(tmp_path.iterdir())))
        run.build(Request(recipe, store=store, models="embedded", workers=1, unit_rows=16), offers=given)
        rows = mmhub.load("texts", store=store)["train"]
        (column,) = (name for name in rows.column_names if np.ndim(rows[0][name]) == 1)
        return {row["row_id"]: np.asarray(row[column], dtype=np.float32) for row in rows}

    return built


def rows_of(texts):
    return ({"row_id": f"t{number:02d}", "text": text} for number, text in texts)


def test_a_vector_stands_beside_its_own_row_whatever_lengths_come_before_it(vectors):
    numbered = list(enumerate(TEXTS))
    together, backwards = vectors(numbered), vectors(numbered[::-1])
    alone = vectors(numbered[17:18])
    assert len({each.tobytes() for each in together.values()}) == len(TEXTS)
    assert all(each.tobytes() == backwards[row].tobytes() for row, each in together.items())
    assert all(each.tobytes() == together[row].tobytes() for row, each in alone.items())


def test_vectors_of_another_data_type_are_others_and_near(vectors):
    few = list(enumerate(TEXTS[:4]))
    exact, rough = vectors(few), vectors(few, dtype="bfloat16")
    for row, one in exact.items():
        other = rough[row]
        assert one.tobytes() != other.tobytes()
        assert float(one @ other) / float(np.linalg.norm(one) * np.linalg.norm(other)) > 0.99


def test_torch_computes_with_the_threads_of_this_process():
    import torch

    device.cache_clear()
    device()
    assert torch.get_num_threads() == threads()
