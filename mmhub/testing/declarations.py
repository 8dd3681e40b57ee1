"""Whether a declaration can be listed, keyed, sent to another process and told from others."""

import json
import pickle
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from typing import Any, get_args

from mmhub.docstrings import meanings
from mmhub.errors import near
from mmhub.facts import CONTENT, MESSAGE, REASON, REPAIRED, VECTOR
from mmhub.operators import (
    Aligner,
    Cleaner,
    Distinct,
    Dtype,
    Fact,
    Modality,
    Operator,
    Options,
    Rule,
    Segmenter,
    Source,
)
from mmhub.recipes.choices import unlikely

Declaration = Modality | Source | Operator
_WORD = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FACT = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED = ("key", REASON, MESSAGE, REPAIRED, CONTENT, VECTOR)


def check_name(declaration: Declaration) -> Iterator[str]:
    """Yield what is wrong with the name, the version and the summary of a declaration."""
    name = declaration.name
    if isinstance(declaration, Modality | Source):
        if not _WORD.fullmatch(name):
            yield f"{name!r} is no name: expected a word in lower case, as in 'image'"
    else:
        yield from _check_operator_name(name, declaration)
    if not isinstance(declaration.version, int) or declaration.version < 1:
        yield f"{name!r} has the version {declaration.version!r}: expected a number from 1, raised when facts change"
    if not declaration.summary.strip():
        yield f"{name!r} has no summary: say in a sentence what it is for"


def _check_operator_name(name: str, operator: Operator) -> Iterator[str]:
    prefix, _, rest = name.partition("/")
    if not (_WORD.fullmatch(prefix) and _WORD.fullmatch(rest)):
        yield f"{name!r} is no name for an operator: expected modality/what-it-does, as in 'image/sharpness'"
    elif isinstance(operator, Cleaner | Segmenter) and prefix != operator.modality:
        yield f"{name!r} works on {operator.modality}: call it {operator.modality + '/' + rest!r}"


def check_frozen(declaration: Declaration) -> Iterator[str]:
    """Yield what of a declaration could still be changed, or does not survive the way to a worker process."""
    name = declaration.name
    for each in fields(declaration):
        value = getattr(declaration, each.name)
        if isinstance(value, list | set):
            yield f"{name!r}: {each.name} is a {type(value).__name__}, which can be changed: expected a tuple"
        elif callable(value):
            yield from _check_function(name, each.name, value)


def _check_function(name: str, place: str, function: Any) -> Iterator[str]:
    try:
        pickle.loads(pickle.dumps(function))
    except Exception as error:  # noqa: BLE001  (pickle raises whatever the object at hand raises)
        yield (
            f"{name!r}: {place} cannot be sent to a worker process ({type(error).__name__}: {error}): "
            "make it a function of a module, not a lambda or a function within another"
        )


def check_options(declaration: Source | Operator, given: Collection[str]) -> Iterator[str]:
    """Yield which options lack a description or a default, the names ``given`` aside, and what cannot enter a key."""
    name, options = declaration.name, declaration.options
    if not (options.model_config.get("frozen") and options.model_config.get("extra") == "forbid"):
        yield f"{name!r}: its options can be changed once made: leave `model_config` as mmhub.Options has it"
    meaning = meanings(options)
    for option, about in options.model_fields.items():
        if not meaning[option]:
            yield f"{name!r}: option {option!r} has no description: put a docstring under it"
        if about.is_required() and option not in given:
            yield f"{name!r}: option {option!r} has no default: give it one, or a value in the contract's `options`"
    yield from _check_key(name, options)


def _check_key(name: str, options: type[Options]) -> Iterator[str]:
    if any(about.is_required() for about in options.model_fields.values()):
        return
    try:
        json.dumps(options().model_dump(mode="json"))
        hash(options())
    except Exception as error:  # noqa: BLE001  (a field's own serialiser may raise anything)
        yield f"{name!r}: facts cannot be keyed by its options: {type(error).__name__}: {error}"


def check_facts(operator: Cleaner | Aligner) -> Iterator[str]:
    """Yield what is wrong with the facts an operator declares."""
    name = operator.name
    yield from _check_each_fact(name, (*operator.facts, *operator.repair_facts))
    if bool(operator.measure) != bool(operator.facts):
        yield f"{name!r} has {'`measure` but no facts' if operator.measure else 'facts but no `measure`'}"
    if isinstance(operator, Cleaner) and not (operator.measure or operator.repair):
        yield f"{name!r} neither measures nor repairs"
    yield from _check_overall(operator)
    if operator.repair_facts and not operator.repair:
        yield f"{name!r} has facts of a repair but no `repair`"
    if isinstance(operator, Aligner) and operator.repair and operator.reads == "vectors":
        yield f"{name!r} reads vectors, which cannot be repaired: expected `reads='values'`"


def _check_each_fact(name: str, facts: Sequence[Fact]) -> Iterator[str]:
    names = [fact.name for fact in facts]
    for fact in facts:
        if not _FACT.fullmatch(fact.name):
            yield f"{name!r}: {fact.name!r} is no name for a fact: expected lower case, as in 'short_side'"
        if fact.name in _RESERVED:
            yield f"{name!r}: a fact cannot be called {fact.name!r}: the store keeps a column of that name"
        if fact.dtype not in get_args(Dtype):
            yield f"{name!r}: fact {fact.name!r} has the dtype {fact.dtype!r}, expected one of {get_args(Dtype)}"
        if not fact.summary.strip():
            yield f"{name!r}: fact {fact.name!r} has no summary: say what it means, with its unit"
        if names.count(fact.name) > 1:
            yield f"{name!r} declares the fact {fact.name!r} twice"


def _check_overall(operator: Cleaner | Aligner) -> Iterator[str]:
    wide = [fact.name for fact in operator.facts if fact.over == "dataset"]
    if not isinstance(operator, Aligner):
        if wide:
            yield f"{operator.name!r} finds {wide[0]!r} over the dataset, which only an aligner of vectors does"
        return
    if bool(wide) != bool(operator.overall):
        what = "`overall` but no facts" if operator.overall else "facts but no `overall`"
        yield f"{operator.name!r} has {what} over the dataset"
    if operator.overall and (
        operator.reads != "vectors" or operator.score not in {fact.name for fact in operator.facts}
    ):
        yield f"{operator.name!r} has `overall`: expected `reads='vectors'`, and `score` to name one of its facts"


def check_rules(operator: Cleaner | Aligner) -> Iterator[str]:
    """Yield which rules could never decide."""
    dtypes = {fact.name: fact.dtype for fact in (*operator.facts, *operator.repair_facts)}
    reasons = [rule.reason for rule in operator.rules]
    for rule in operator.rules:
        where = f"{operator.name!r}: rule {rule.reason!r}"
        if rule.fact not in dtypes:
            yield f"{where} reads a fact {rule.fact!r} that is not declared{near(rule.fact, dtypes)}"
        elif isinstance(rule, Distinct):
            if complaint := unlikely(rule, dtypes[rule.fact]):
                yield f"{where} {complaint}"
        else:
            yield from _check_bounds(where, rule, dtypes[rule.fact])
        if reasons.count(rule.reason) > 1:
            yield f"{where} is there twice: a reason belongs to one rule, so that a recipe can name it"


def _check_bounds(where: str, rule: Rule, dtype: str) -> Iterator[str]:
    bounded = rule.at_least is not None or rule.at_most is not None
    if dtype == "spans":
        yield f"{where} reads {rule.fact!r}, which is spans: expected a number or a label"
    if bounded and dtype in ("string", "bool"):
        yield f"{where} sets bounds to {rule.fact!r}, which is a {dtype}: expected `one_of`"
    if rule.relative and not bounded:
        yield f"{where} is relative to the dataset and has no bound: expected `at_least` or `at_most`"
    if not bounded and rule.one_of is None and not rule.relative and rule.on:
        yield f"{where} has no bound and drops nothing: expected `at_least`, `at_most` or `one_of`"
