import io
import os

import numpy as np
import pytest
from PIL import Image

from mmhub import Column, Media, Recipe, Step, plugins
from mmhub.binding.bind import bind
from mmhub.encoding.loaded import load
from mmhub.engines.devices import threads


@pytest.mark.parametrize(("processes", "computing"), [("1", 8), ("2", 4), ("3", 2), ("16", 1)])
def test_processes_share_the_cores(processes, computing):
    assert threads({"LOCAL_WORLD_SIZE": processes}, cores=8) == computing


def test_what_is_said_of_threads_goes_before():
    assert threads({"LOCAL_WORLD_SIZE": "2", "OMP_NUM_THREADS": "3"}, cores=8) == 3
    assert threads({"OMP_NUM_THREADS": "4,2"}, cores=8) == 4
    assert threads({"OMP_NUM_THREADS": ""}, cores=8) == 8


def test_one_process_has_all_cores():
    assert threads({}) == (os.cpu_count() or 1)


def seen(modality):
    """Return a few decoded values of a modality."""
    if modality == "text":
        return ["a dog", "a cat", "a fox"]
    picture = io.BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (48, 64, 3), dtype=np.uint8)).save(picture, "png")
    decode = plugins.discover().modalities[modality].decode
    return [decode(Media(data=picture.getvalue()))]


def vectors(step, modality, *, computing):
    """Return what an embedded model makes of a batch, computed by so many threads."""
    import torch

    recipe = Recipe(name="one", fields={modality: Column(modality=modality)}, steps=(Step(step),))
    (bound,) = bind(recipe, plugins.discover(), embedded=True).of_kind("encode")
    model = load(bound, "cpu")
    given = [model.prepare(bound.operator.view(each, bound.options, modality), modality) for each in seen(modality)]
    full = [given[number % len(given)] for number in range(model.batch_size)]
    before = torch.get_num_threads()
    torch.set_num_threads(computing)
    try:
        return np.asarray(model.forward(full, model.bucket(full[0], modality), modality))
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(("step", "modality"), [("text/transformer", "text"), ("image/clip", "image")])
def test_a_vector_does_not_depend_on_the_number_of_threads(step, modality):
    pytest.importorskip(f"mmhub_{modality}")
    one, four = (vectors(step, modality, computing=computing) for computing in (1, 4))
    assert one.tobytes() == four.tobytes()
