from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

from mmhub.encode import Batches
from mmhub.errors import MmhubError
from mmhub.faults import Fault


class Numbers:
    """A model whose vector of a number is that number; it fails as it is told."""

    dim, batch_size = 1, 4

    def __init__(self, failure=lambda inputs: None):
        self.failure = failure
        self.shapes = []

    def prepare(self, view, modality):
        return {"number": np.asarray(view)}

    def bucket(self, inputs, modality):
        return int(inputs["number"]) % 2

    def forward(self, batch, bucket, modality):
        self.shapes.append(len(batch))
        for inputs in batch:
            self.failure(inputs)
        return np.asarray([[inputs["number"]] for inputs in batch], dtype=np.float32)


def encoded(model, views):
    bound = SimpleNamespace(step="note/number", modality="note")
    with ThreadPoolExecutor(2) as threads:
        batches = Batches(bound, model, threads)
        for tag, view in enumerate(views):
            batches.add(tag, view)
        return dict([*batches.full(), *batches.rest()])


def failing_on(*numbers):
    def failure(inputs):
        if int(inputs["number"]) in numbers:
            raise ValueError("no such number")

    return failure


def test_every_value_gets_its_own_vector_whatever_its_bucket():
    found = encoded(Numbers(), range(11))
    assert {tag: float(vector[0]) for tag, vector in found.items()} == {number: number for number in range(11)}


def test_every_forward_pass_has_the_same_number_of_values():
    model = Numbers()
    encoded(model, range(11))
    assert set(model.shapes) == {4}


def test_a_value_an_encoder_fails_on_costs_no_other():
    found = encoded(Numbers(failing_on(3)), range(8))
    assert found.pop(3) == Fault("operator-error", "note/number: ValueError: no such number")
    assert all(isinstance(vector, np.ndarray) for vector in found.values())


def test_vectors_that_are_not_real_numbers_are_faults():
    class Imaginary(Numbers):
        def forward(self, batch, bucket, modality):
            return super().forward(batch, bucket, modality) * 1j

    assert "TypeError: Cannot cast array data from dtype" in encoded(Imaginary(), range(2))[0].message


def test_ctrl_c_amid_a_forward_pass_ends_the_build():
    def failure(inputs):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encoded(Numbers(failure), range(4))


def test_an_encoder_that_fails_on_everything_ends_the_build():
    with pytest.raises(MmhubError, match=r"failed on each of the first 100 values.*it is the encoder that is broken"):
        encoded(Numbers(failing_on(*range(200))), range(200))


def test_an_encoder_that_runs_out_of_memory_says_how_to_take_fewer_at_once():
    def failure(inputs):
        raise MemoryError

    with pytest.raises(MmhubError, match=r"ran out of memory with 4 values at once.*--set note/number.batch_size=N"):
        encoded(Numbers(failure), range(4))
