"""What relates two fields of a row, by pairs or over the whole dataset."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from mmhub.operators.distinct import Distinct
from mmhub.operators.fact import Columns, Fact
from mmhub.operators.options import Options
from mmhub.operators.rule import Rule


@dataclass(frozen=True)
class Pairs:
    """All pairs of values of two fields that have vectors, for what hangs on the whole dataset.

    One field, the single one, has one value per row; the other has one or several. ``rows`` int64[n] is the row of
    each pair, ascending, and ``subjects`` int64[n] what it is a part of: itself, or its row where pairs are pooled.
    ``single`` and ``several`` return float32[m, dim] vectors of the pairs at some places, int64[m]; ``same_single``
    and ``same_several`` int64[n] are equal where these values are. ``standing`` bool[n] says which rows no absolute
    rule has dropped: what others are compared with. ``turns(seed)`` are all rows in an order that chance decides.
    """

    rows: np.ndarray
    subjects: np.ndarray
    single: Callable[[np.ndarray], np.ndarray]
    several: Callable[[np.ndarray], np.ndarray]
    same_single: np.ndarray
    same_several: np.ndarray
    standing: np.ndarray
    turns: Callable[[int], np.ndarray]
    names: Callable[[np.ndarray], Sequence[str]]


@dataclass(frozen=True)
class Overall:
    """What was found over all rows: facts by name, one value per subject, and plain data that the version records."""

    columns: Columns
    about: Mapping[str, Any]


class PairOptions(Options):
    """The options of an aligner whose facts of several pairs of a row may be pooled into one."""

    pooling: Literal["each", "best", "mean"] = "each"
    """Where a field is a list: whether each of its values has facts of its own, or the row the best or the mean."""


@dataclass(frozen=True, kw_only=True)
class Aligner:
    """A way to relate two fields of a row: how well, or by how much, one fits the other.

    With ``reads="values"``, ``measure(lefts, rights, options)`` sees decoded values, in a worker process.
    With ``reads="vectors"`` it sees two float32 arrays ``[n, dim]`` which one encoder has made of the two fields,
    and decodes nothing. Where a field is a list, it is asked about each of its values.

    ``repair(lefts, rights, options)`` makes the left value fit the right one: it returns what a `Cleaner`'s repair
    does, for the left values. It sees what other repairs have left, and ``measure``, like all other steps, sees what
    it has made. As what is found out of such a left value then depends on both, it is kept under both. The right
    field holds single values; in a row without one nothing is repaired. It takes ``reads="values"``.

    ``overall(pairs, scores, options)`` finds out, with ``reads="vectors"``, the facts that are ``over="dataset"``,
    from `Pairs` of all rows and from the fact named ``score`` of each; it is asked when rows are decided on.
    """

    name: str
    version: int
    modalities: tuple[tuple[str, str], ...]
    summary: str
    reads: Literal["values", "vectors"] = "values"
    options: type[Options] = Options
    facts: tuple[Fact, ...] = ()
    measure: Callable[[Any, Any, Any], Columns]
    repair: Callable[[Sequence[Any], Sequence[Any], Any], Sequence[Any]] | None = None
    repair_facts: tuple[Fact, ...] = ()
    score: str = ""
    overall: Callable[[Pairs, np.ndarray, Any], Overall] | None = None
    rules: tuple[Rule | Distinct, ...] = ()
