from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

from mmhub.encoding.batches import Batches
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


def test_an_encoder_that_runs_out_of_memory_says_how_to_take_fewer_at_once():
    def failure(inputs):
        raise MemoryError

    with pytest.raises(MmhubError, match=r"ran out of memory with 4 values at once.*--set note/number.batch_size=N"):
        encoded(Numbers(failure), range(4))


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        type("OutOfMemoryError", (RuntimeError,), {})("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory"),
    ],
    ids=["of Python", "of a GPU", "of torch on a CPU"],
)
def test_a_value_that_alone_takes_more_memory_than_there_is_costs_no_other(error):
    def failure(inputs):
        if int(inputs["number"]) == 3:
            raise error

    found = encoded(Numbers(failure), range(8))
    assert found.pop(3) == Fault(
        "out-of-memory", "note/number: there is not enough memory for this value, alone in a pass of 4"
    )
    assert all(isinstance(vector, np.ndarray) for vector in found.values())


def test_a_value_for_which_there_is_memory_once_what_is_cached_is_given_back_is_kept():
    short = [MemoryError(), MemoryError()]

    def failure(inputs):
        if int(inputs["number"]) == 3 and short:
            raise short.pop()

    assert all(isinstance(vector, np.ndarray) for vector in encoded(Numbers(failure), range(8)).values())


def test_vectors_are_kept_from_a_model_that_uses_their_memory_again():
    class Thrifty(Numbers):
        vectors = np.zeros((4, 1), dtype=np.float32)

        def forward(self, batch, bucket, modality):
            self.vectors[:] = super().forward(batch, bucket, modality)
            return self.vectors

    assert {tag: float(vector[0]) for tag, vector in encoded(Thrifty(), range(16)).items()} == {
        number: number for number in range(16)
    }


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (np.zeros((4, 2), np.float32), "note/number: ValueError: vectors of shape (4, 2), expected (4, 1)"),
        (np.zeros((3, 1), np.float32), "note/number: ValueError: vectors of shape (3, 1), expected (4, 1)"),
        (np.full((4, 1), np.inf), "note/number: the vector is not finite"),
        (np.full((4, 1), 1e300), "note/number: the vector is not finite"),
        (np.array([[None]] * 4), "note/number: TypeError: Cannot cast array data from dtype('O')"),
        (None, "note/number: ValueError: vectors of shape (), expected (4, 1)"),
    ],
)
def test_a_pass_that_returns_no_vectors_says_what_it_returned(answer, message):
    model = Numbers()
    model.forward = lambda batch, bucket, modality: answer
    found = encoded(model, range(2))
    assert {fault.reason for fault in found.values()} == {"operator-error"}
    assert all(fault.message.startswith(message) for fault in found.values())


def test_vectors_of_double_precision_are_kept_in_single():
    class Double(Numbers):
        def forward(self, batch, bucket, modality):
            return super().forward(batch, bucket, modality).astype(np.float64)

    assert {vector.dtype for vector in encoded(Double(), range(3)).values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("inputs", [{"number": np.array([], float)}, {"number": np.array("x", object)}, {}])
def test_a_value_that_is_prepared_wrongly_costs_no_other(inputs):
    class Odd(Numbers):
        def prepare(self, view, modality):
            return inputs if view == 3 else super().prepare(view, modality)

        def bucket(self, inputs, modality):
            return 0

    found = encoded(Odd(), range(8))
    assert found.pop(3).reason == "operator-error"
    assert all(isinstance(vector, np.ndarray) for vector in found.values())
