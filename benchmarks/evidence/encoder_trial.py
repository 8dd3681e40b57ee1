"""Whether an encoder gives what its model's own documented call gives, and a value's vector depends on it alone."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mmhub.binding.bound import Bound
from mmhub.encoding.batches import Batches
from mmhub.faults import Fault
from mmhub.operators import Encoder

if TYPE_CHECKING:
    import torch

Values = Sequence[Any]
BATCH_SIZE = 4


@dataclass(frozen=True)
class Case:
    """A class of models, and how its documentation calls it.

    ``save`` writes a small random model of the class into a folder, with all that it is called with. ``documented``
    returns what the model in a folder makes of values, [n, dim], one value at a time, as its documentation shows.
    """

    name: str
    encoder: Encoder
    modality: str
    save: Callable[[Path], None]
    documented: "Callable[[Path, Values], torch.Tensor]"
    options: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Outcome:
    """What was found of one class, over n values.

    ``cosines`` float64[n] are those with the documented call, ``alike`` is the mean cosine of two values, which is
    one where a model tells nothing apart. ``alone`` tells whether vectors stay equal when neighbours and order are
    others, and ``gap`` is the largest difference between batches of one and of four.
    """

    cosines: np.ndarray
    alike: float
    alone: bool
    gap: float


def tried(case: Case, folder: Path, values: Values, *, seed: int = 0) -> Outcome:
    """Return how the encoder of ``case`` does on values of its modality, with a random model put into ``folder``."""
    import torch

    torch.manual_seed(seed)
    case.save(folder)
    together, single = Loaded(case, folder, BATCH_SIZE), Loaded(case, folder, 1)
    found = together.vectors(values)
    with torch.inference_mode():
        expected = np.asarray(case.documented(folder, values).float())
    return Outcome(
        cosines=(_unit(found) * _unit(expected)).sum(axis=1),
        alike=float(np.mean((_unit(found) @ _unit(found).T)[~np.eye(len(found), dtype=bool)])),
        alone=np.array_equal(found, together.vectors(values[::-1])[::-1])
        and np.array_equal(found[1::2], together.vectors(values[1::2])),
        gap=float(np.abs(found - single.vectors(values)).max()),
    )


class Loaded:
    """An encoder with the model in a folder, which encodes so many values at a time."""

    def __init__(self, case: Case, folder: Path, batch_size: int) -> None:
        encoder = case.encoder
        options = encoder.options(model=str(folder), batch_size=batch_size, **case.options)
        weights = encoder.weights(options, False) if encoder.weights else None
        self._model = encoder.load(options, weights, "cpu")
        self._bound = Bound(case.name, case.name, "encode", ("value",), encoder, options, "", modality=case.modality)

    def vectors(self, values: Values) -> np.ndarray:
        """Return the vectors of values, float32[n, dim], as a build makes them."""
        encoder, modality = self._bound.operator, self._bound.modality
        assert isinstance(encoder, Encoder)
        with ThreadPoolExecutor(1) as threads:
            batches: Batches[int] = Batches(self._bound, self._model, threads)
            for place, value in enumerate(values):
                batches.add(place, encoder.view(value, self._bound.options, modality))
            found = dict(batches.rest())
        faults = [each.message for each in found.values() if isinstance(each, Fault)]
        assert not faults, faults[0]
        return np.stack([np.asarray(found[place]) for place in range(len(values))])


def _unit(rows: np.ndarray) -> np.ndarray:
    wide = rows.astype(np.float64)
    return np.asarray(wide / np.linalg.norm(wide, axis=1, keepdims=True))
