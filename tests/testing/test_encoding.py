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


class Shapeless(mmhub_fakes.Curve):
    dim = None


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
        ({"load": Shapeless}, "'note/curve': its model has no number 'dim'"),
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
