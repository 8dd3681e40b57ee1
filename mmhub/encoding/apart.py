"""What holds for a whole process, kept apart for each encoder: settings of torch, and where words go."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import Any

import numpy as np

from mmhub.operators import Inputs, Model

_SETTINGS = (
    ("get_default_dtype", "set_default_dtype"),
    ("is_grad_enabled", "set_grad_enabled"),
    ("get_num_threads", "set_num_threads"),
    ("are_deterministic_algorithms_enabled", "use_deterministic_algorithms"),
    ("get_float32_matmul_precision", "set_float32_matmul_precision"),
)
"""How each is asked for, and set: the vectors of another encoder may depend on them."""


class Apart:
    """A model that is loaded, and passed through, under settings of its own; what it prints is no answer of mmhub."""

    def __init__(self, load: Callable[[], Model]) -> None:
        self._own: tuple[Any, ...] = ()
        with self._settings(), redirect_stdout(sys.stderr):
            self._model = load()

    @property
    def dim(self) -> int:
        """Return the length of the vectors."""
        return self._model.dim

    @property
    def batch_size(self) -> int:
        """Return how many values each forward pass takes."""
        return self._model.batch_size

    def prepare(self, view: Any, modality: str) -> Inputs:
        """Return what the model reads of one value, under whatever settings hold: other threads are at work."""
        return self._model.prepare(view, modality)

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return the length to which inputs like these are padded."""
        return self._model.bucket(inputs, modality)

    def forward(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        """Return one vector per value of the batch."""
        with self._settings(), redirect_stdout(sys.stderr):
            return self._model.forward(batch, bucket, modality)

    @contextmanager
    def _settings(self) -> Iterator[None]:
        before = _read()
        _set(self._own)
        try:
            yield
        finally:
            self._own = _read()
            _set(before)


def _read() -> tuple[Any, ...]:
    torch = sys.modules.get("torch")
    return tuple(getattr(torch, ask)() for ask, _ in _SETTINGS) if torch else ()


def _set(wanted: tuple[Any, ...]) -> None:
    """Set what is not as it is wanted; nothing where no settings are known yet."""
    torch = sys.modules.get("torch")
    for (_, change), is_now, shall_be in zip(_SETTINGS, _read(), wanted, strict=False):
        if is_now != shall_be:
            getattr(torch, change)(shall_be)
