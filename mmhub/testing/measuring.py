"""Whether what an operator measures is what it declares, and depends on the value alone."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from mmhub.operators import Aligner, Cleaner, Columns, Fact, Options
from mmhub.testing.trial import Trial

Question = Callable[[Sequence[Any]], Columns]
_INTEGERS = {"uint32": (0, 2**32 - 1), "int64": (-(2**63), 2**63 - 1), "uint64": (0, 2**64 - 1)}
_DIM = 8


def check_cleaner(cleaner: Cleaner, trial: Trial) -> Iterator[str]:
    """Yield how the facts a cleaner returns differ from those it declares, or hang on more than one value."""
    if cleaner.measure:
        values = trial.values(cleaner.modality)
        yield from _check_question(cleaner, question(cleaner, trial.chosen(cleaner)), values)


def check_aligner(aligner: Aligner, trial: Trial) -> Iterator[str]:
    """Yield the same of an aligner, tried with every pair of samples, or with vectors drawn at random."""
    options = trial.chosen(aligner)
    for pairs in _pairs(aligner, trial):
        yield from _check_question(aligner, _about_pairs(aligner, options), pairs)


def pairs_of(aligner: Aligner, trial: Trial) -> Iterator[list[tuple[Any, Any]]]:
    """Yield, for every two modalities an aligner relates, each sample of one with each of the other, decoded anew."""
    for left, right in aligner.modalities:
        rights = trial.values(right)
        yield [(one, other) for one in trial.values(left) for other in rights]


def check_untouched(modality: str, trial: Trial) -> Iterator[str]:
    """Yield which facts of a modality's values come out otherwise once a cleaner of the plugin has seen them."""
    if not trial.samples.get(modality):
        return
    encode = trial.offers.modality(modality).encode
    before = facts_of(trial, modality, trial.values(modality))
    encoded = [encode(each) for each in trial.values(modality)] if encode else []
    for cleaner in (each for each in trial.of_kind(Cleaner) if each.modality == modality):
        values, options = trial.values(modality), trial.chosen(cleaner)
        if cleaner.measure:
            cleaner.measure(values, options)
        if cleaner.repair:
            cleaner.repair(values, options)
        after = facts_of(trial, modality, values)
        for name in before:
            if before[name] != after[name]:
                yield f"{cleaner.name!r} changes the value it looks at: {name!r} then finds other facts"
        if encode and [encode(each) for each in values] != encoded:
            yield f"{cleaner.name!r} changes the value it looks at: it is then encoded to other bytes"


def facts_of(trial: Trial, modality: str, values: Sequence[Any]) -> Mapping[str, list[tuple[Any, ...]]]:
    """Return, by operator, what every cleaner at hand finds out about values."""
    found = {}
    for cleaner in trial.measuring(modality):
        found[cleaner.name] = _rows(question(cleaner, trial.chosen(cleaner))(values), cleaner.facts)
    return found


def question(cleaner: Cleaner, options: Options) -> Question:
    """Return the call that measures decoded values."""
    measure = cleaner.measure
    assert measure is not None
    return lambda values: measure(values, options)


def _check_question(operator: Cleaner | Aligner, ask: Question, values: Sequence[Any]) -> Iterator[str]:
    together = ask(values)
    wrong = list(_check_columns(operator, together, len(values)))
    yield from wrong
    if wrong:
        return
    facts = _own(operator)
    rows = _rows(together, facts)
    if _rows(ask(values), facts) != rows:
        yield f"{operator.name!r} gives other facts when it is asked again about the same values"
    if _rows(ask(values[::-1]), facts) != rows[::-1]:
        yield f"{operator.name!r} gives other facts when values come in another order"
    if [row for value in values for row in _rows(ask([value]), facts)] != rows:
        yield f"{operator.name!r} gives a value alone other facts than the same value among others"


def _check_columns(operator: Cleaner | Aligner, columns: Columns, count: int) -> Iterator[str]:
    declared = [fact.name for fact in _own(operator)]
    for name in declared:
        if name not in columns:
            yield f"{operator.name!r} declares a fact {name!r} and does not return it"
    for name in columns:
        if name not in declared:
            yield f"{operator.name!r} returns a fact {name!r} it does not declare"
    for fact in _own(operator):
        if fact.name in columns:
            yield from _check_column(f"{operator.name!r}: fact {fact.name!r}", fact, columns[fact.name], count)


def _own(operator: Cleaner | Aligner) -> list[Fact]:
    """Return the facts that an operator measures of each value alone."""
    return [fact for fact in operator.facts if fact.over == "value"]


def _check_column(where: str, fact: Fact, column: Any, count: int) -> Iterator[str]:
    values = _plain(column)
    if len(values) != count:
        yield f"{where} has {len(values)} values for {count}"
    for value in values:
        if isinstance(value, float) and math.isnan(value):
            yield f"{where} is not a number (NaN): return None where there is no answer"
            return
        if value is not None and not _fits(value, fact.dtype):
            yield f"{where} is {value!r}, a {type(value).__name__}: {fact.dtype} is declared"
            return


def _fits(value: Any, dtype: str) -> bool:
    if dtype == "minhash":
        return isinstance(value, list) and all(_fits(each, "uint32") for each in value)
    if dtype == "spans":
        return isinstance(value, list) and all(_is_span(each) for each in value)
    if dtype in _INTEGERS:
        low, high = _INTEGERS[dtype]
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    if dtype in ("float32", "float64"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, bool if dtype == "bool" else str)


def _is_span(value: Any) -> bool:
    kinds = {"start": "int64", "end": "int64", "text": "string", "confidence": "float32"}
    sides = isinstance(value, Mapping) and {"start", "end"} <= set(value) <= set(kinds)
    told = [(each, kinds[name]) for name, each in value.items() if each is not None] if sides else []
    return sides and all(_fits(each, kind) for each, kind in told) and value["start"] <= value["end"]


def _rows(columns: Columns, facts: Sequence[Fact]) -> list[tuple[Any, ...]]:
    return list(zip(*(_plain(columns[fact.name]) for fact in facts), strict=True))


def _plain(column: Any) -> list[Any]:
    """Return a column, of arrays perhaps, as a list that can be compared."""
    if isinstance(column, np.ndarray):
        return list(column.tolist())
    return [value.tolist() if isinstance(value, np.ndarray | np.generic) else value for value in column]


def _about_pairs(aligner: Aligner, options: Options) -> Question:
    stacked = np.stack if aligner.reads == "vectors" else list

    def ask(pairs: Sequence[Any]) -> Columns:
        lefts, rights = zip(*pairs, strict=True)
        return aligner.measure(stacked(lefts), stacked(rights), options)

    return ask


def _pairs(aligner: Aligner, trial: Trial) -> Iterator[list[tuple[Any, Any]]]:
    if aligner.reads == "vectors":
        vectors = np.random.default_rng(0).normal(size=(2, 5, _DIM)).astype(np.float32)
        yield list(zip(*vectors, strict=True))
        return
    yield from pairs_of(aligner, trial)
