"""The options and rules of a step, checked against what its operator declares."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from mmhub.binding.bound import SCORES
from mmhub.errors import RecipeError, near
from mmhub.operators import Aligner, Cleaner, Distinct, Encoder, Fact, Options, Rule
from mmhub.recipes.recipe import Column, Step

_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
_DISTINCT: TypeAdapter[Distinct] = TypeAdapter(Distinct)
_VECTORS = {"vector": "vector", **{fact.name: fact.dtype for fact in SCORES}}
"""The facts of an encoder that a rule may read."""
_OF_FIELDS = ("keep", "over", "splits", "gives_way")
"""What can be said of how a field is compared with itself."""


def checked_options(step: Step, model: type[Options], overrides: Mapping[str, Any] = {}) -> Options:
    """Return the options of a step; those in ``overrides`` win. Raises RecipeError, which names the one at fault."""
    given = {**step.options, **overrides}
    for option in given:
        if option not in model.model_fields:
            hint = near(option, model.model_fields) or f"; it has {', '.join(model.model_fields) or 'none'}"
            raise RecipeError(f"step {step.called!r} has no option {option!r}{hint}")
    try:
        return model(**given)
    except ValidationError as error:
        raise RecipeError(f"step {step.called!r}: {_first(error)}") from error


def checked_rules(step: Step, operator: Cleaner | Aligner | Encoder) -> tuple[Rule | Distinct, ...]:
    """Return the operator's rules as the recipe changes them, then the recipe's own, without those switched off."""
    return tuple(rule for rule in every_rule(step, operator).values() if rule.on)


def rules_on(step: Step, operator: Cleaner | Aligner, facts: Sequence[Fact]) -> tuple[Rule | Distinct, ...]:
    """Return those rules of a step that decide by any of ``facts``."""
    names = {fact.name for fact in facts}
    return tuple(rule for rule in checked_rules(step, operator) if rule.fact in names)


def checked_fields(step: Step, operator: Cleaner | Encoder, columns: Mapping[str, Column]) -> list[str]:
    """Return the fields a step reads: those it names, or all of a modality its operator understands."""
    understood = (operator.modality,) if isinstance(operator, Cleaner) else operator.modalities
    names = step.fields or tuple(name for name, column in columns.items() if column.modality in understood)
    for name in names:
        if columns[name].modality not in understood:
            raise RecipeError(
                f"step {step.called!r} cannot read field {name!r}: it holds {columns[name].modality}, "
                f"and {operator.name!r} reads {' or '.join(understood)}"
            )
    if not names:
        raise RecipeError(f"step {step.called!r} finds no field that holds {' or '.join(understood)}")
    return list(names)


def every_rule(step: Step, operator: Cleaner | Aligner | Encoder) -> dict[str, Rule | Distinct]:
    """Return, by reason, the rules of a step, those that are switched off among them.

    The rules of an encoder are the recipe's alone, and compare its vectors.
    """
    rules: dict[str, Rule | Distinct] = {}
    dtypes: Mapping[str, str] = _VECTORS
    if not isinstance(operator, Encoder):
        rules, dtypes = (
            {rule.reason: rule for rule in operator.rules},
            {each.name: each.dtype for each in (*operator.facts, *operator.repair_facts)},
        )
    for reason, change in step.rules.items():
        rules[reason] = _changed(step, reason, rules.get(reason), change, rules, dtypes)
    for rule in rules.values():
        if rule.fact not in dtypes:
            raise RecipeError(
                f"step {step.called!r}: its operator {operator.name!r} has a rule {rule.reason!r} on a fact "
                f"{rule.fact!r} that it does not declare{near(rule.fact, dtypes)}"
            )
    return rules


def checked_distinct(name: str, asked: bool | Mapping[str, Any]) -> Distinct | None:
    """Return how one is kept of the units that hold the same value of a field; None where that is not asked for."""
    if asked is False:
        return None
    changes = {} if asked is True else dict(asked)
    for parameter in changes:
        if parameter not in _OF_FIELDS:
            raise RecipeError(
                f"`distinct` of field {name!r} has no parameter {parameter!r}{near(parameter, _OF_FIELDS)}"
            )
    try:
        return _DISTINCT.validate_python({"fact": "value", "reason": "identical", **changes})
    except ValidationError as error:
        raise RecipeError(f"`distinct` of field {name!r}: {_first(error)}") from error


def _changed(
    step: Step,
    reason: str,
    rule: Rule | Distinct | None,
    change: bool | dict[str, Any],
    rules: Mapping[str, Any],
    dtypes: Mapping[str, str],
) -> Rule | Distinct:
    changes = {"on": change} if isinstance(change, bool) else change
    where = f"rule {reason!r} of step {step.called!r}"
    if rule is None and "fact" not in changes:
        raise RecipeError(
            f"step {step.called!r} has no rule {reason!r}: a rule of its own names its `fact`{near(reason, rules)}"
        )
    fact = str(changes.get("fact", rule.fact if rule else ""))
    if fact not in dtypes:
        raise RecipeError(f"{where} reads {fact!r}, not one of its facts{near(fact, dtypes)}")
    if dtypes[fact] == "spans":
        raise RecipeError(f"{where} reads {fact!r}, which is spans: rules decide by numbers and labels")
    kind = type(rule) if rule else _kind(changes, dtypes[fact])
    made = _made(kind, where, reason, rule, changes)
    if isinstance(made, Rule) and dtypes is _VECTORS:
        return _relative(made, where)
    if isinstance(made, Distinct) and (complaint := unlikely(made, dtypes[made.fact])):
        raise RecipeError(f"{where} {complaint}")
    return made


def _made(
    kind: type[Rule | Distinct], where: str, reason: str, rule: Rule | Distinct | None, changes: Mapping[str, Any]
) -> Rule | Distinct:
    """Return a rule of one kind, ``rule`` itself with changes or a new one; raise RecipeError where that cannot be."""
    known = [each.name for each in fields(kind) if each.name != "reason"]
    for parameter in changes:
        if parameter not in known:
            raise RecipeError(f"{where} has no parameter {parameter!r}{near(parameter, known)}")
    adapter: TypeAdapter[Any] = _DISTINCT if kind is Distinct else _RULE
    before = {} if rule is None else adapter.dump_python(rule)
    try:
        made: Rule | Distinct = adapter.validate_python({"reason": reason, **before, **changes})
    except ValidationError as error:
        raise RecipeError(f"{where}: {_first(error)}") from error
    return made


def _relative(rule: Rule, where: str) -> Rule:
    """Return a rule on how unlike others vectors are, which counts in quantiles where it does not say in what."""
    if rule.at_least is None and rule.at_most is None:
        raise RecipeError(f"{where} has no bound: say `at_most: 0.99` to drop the oddest hundredth")
    made = rule if rule.relative else replace(rule, relative="quantile")
    if made.relative == "quantile" and not all(0 <= each <= 1 for each in (made.at_least or 0, made.at_most or 0)):
        raise RecipeError(f"{where} counts in quantiles: its bounds are shares from 0 to 1")
    return made


def _kind(changes: Mapping[str, Any], dtype: str) -> type[Rule | Distinct]:
    """Return what a rule of the recipe's own is: one on duplicates where it says what only such a rule does."""
    ruled = {each.name for each in fields(Rule)}
    return Distinct if dtype in ("minhash", "vector") or set(changes) - ruled else Rule


def unlikely(rule: Distinct, dtype: str) -> str:
    """Return what is wrong with how a rule on duplicates compares a fact of some type, or nothing."""
    if rule.within and dtype != "uint64":
        return f"counts differing bits of {rule.fact!r}, which is {dtype}: expected uint64"
    if rule.at_least is not None and dtype not in ("minhash", "vector"):
        return f"counts what agrees of {rule.fact!r}, which is {dtype}: expected minhash"
    if rule.at_least is None and dtype in ("minhash", "vector"):
        return f"does not say with `at_least` how much of {rule.fact!r} has to agree"
    return ""


def _first(error: ValidationError) -> str:
    """Return the first complaint of a validation, with the value it is about."""
    problem = error.errors()[0]
    where = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "missing":
        return f"{where} is not given, and has no default"
    return f"{where} = {problem['input']!r}: {problem['msg'].lower()}"
