"""What an operator finds out about values: a name, a type, and columns of answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Dtype = Literal["bool", "int64", "uint64", "float32", "float64", "string", "minhash", "spans"]
"""The type of a fact. A ``minhash`` is a signature: a list of uint32, as long for every value. ``spans`` are what was
found when, such as words with their times: a list of mappings with ``start`` and ``end`` (int64 ns), ``text`` and
``confidence`` (float32), of which the last two may be absent."""
Columns = Mapping[str, Sequence[Any] | np.ndarray]
"""Fact name to one value per value measured, in the same order; ``None`` where there is no answer."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something an operator finds out about a value: its name, its type, and what it means with its unit."""

    name: str
    dtype: Dtype
    summary: str
    over: Literal["value", "dataset"] = "value"
    """Whether it hangs on one value, or pair of values, alone, or on the whole dataset: see `Aligner`."""
