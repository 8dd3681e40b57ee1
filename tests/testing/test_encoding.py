"""Encoders as none should be, and what the contract says of them."""

from dataclasses import replace

import mmhub_fakes
import numpy as np
import pytest
from breaking import broken

ENCODING = "test_its_vectors_depend_on_the_value_alone"


class Doubles(mmhub_fakes.Curve):
    def forward(self, batch, bucket, modality):
        return super().forward(batch, bucket, modality).astype(np.float64)


class Narrow(mmhub_fakes.Curve):
    def forward(self, batch, bucket, modality):
        return super().forward(batch, bucket, modality)[:, :1]


class Infinite(mmhub_fakes.Curve):
    def forward(self, batch, bucket, modality):
        return super().forward(batch, bucket, modality) / np.float32(0)


class Sociable(mmhub_fakes.Curve):
    def forward(self, batch, bucket, modality):
        vectors = super().forward(batch, bucket, modality)
        return vectors - vectors.mean(axis=0)


class Careless(mmhub_fakes.Curve):
    """Writes into what it is given, which the retry of a failed batch and the filling of a short one use again."""

    def forward(self, batch, bucket, modality):
        for inputs in batch:
            inputs["number"] += 1
        return super().forward(batch, bucket, modality)


class Thrifty(mmhub_fakes.Curve):
    """Prepares all values in the same memory."""

    _buffer = np.zeros(1)

    def prepare(self, view, modality):
        self._buffer[:] = view
        return {"number": self._buffer}


class Random(mmhub_fakes.Curve):
    """Seeds its numbers once, and draws others at every pass."""

    def __init__(self, *loaded):
        super().__init__(*loaded)
        self._random = np.random.default_rng(7)

    def forward(self, batch, bucket, modality):
        return super().forward(batch, bucket, modality) + self._random.random(dtype=np.float32)


class Shapeless(mmhub_fakes.Curve):
    dim = None


def view_nothing(note, options, modality):
    return None


def view_lazily(note, options, modality):
    return lambda: note.number


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"load": Doubles}, "'note/curve' returns vectors of float64: expected an array of float32"),
        ({"load": Narrow}, "'note/curve' returns vectors of shape (4, 1): expected (4, 2), batch_size by dim"),
        ({"load": Infinite}, "'note/curve' has no vector for sample 0 of note: note/curve: the vector is not finite"),
        (
            {"load": Sociable},
            "'note/curve' gives a value of note alone another vector than the same value among others",
        ),
        (
            {"load": Careless},
            "'note/curve' gives a value of note alone another vector than the same value among others",
        ),
        (
            {"load": Thrifty},
            "'note/curve' gives a value of note alone another vector than the same value among others",
        ),
        (
            {"load": Random},
            "'note/curve' gives values of note other vectors when it is asked again: expected the same, so what is "
            "random must come from a generator that is seeded anew for every value",
        ),
        ({"load": Shapeless}, "'note/curve': its model has no number 'dim'"),
        (
            {"view": view_nothing},
            "'note/curve': `view` returns None for note: expected what the model needs of a value",
        ),
    ],
)
def test_vectors_are_as_declared_and_of_each_value_alone(parts, sentence):
    encoder = replace(next(iter(mmhub_fakes.mmhub_encoders())), **parts)
    assert sentence in broken(ENCODING, encoder).splitlines()


def test_what_an_encoder_sees_can_leave_the_worker():
    encoder = replace(next(iter(mmhub_fakes.mmhub_encoders())), view=view_lazily, load=Constant)
    message = broken(ENCODING, encoder)
    assert message.startswith("'note/curve': what `view` returns cannot leave the worker process (")


class Constant(mmhub_fakes.Curve):
    def prepare(self, view, modality):
        return {"number": np.zeros(1)}
