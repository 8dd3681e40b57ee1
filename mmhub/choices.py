"""The options and rules of a step, checked against what its operator declares."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from mmhub.errors import RecipeError, near
from mmhub.operators import Aligner, Cleaner, Distinct, Options, Rule
from mmhub.recipe import Step

_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
_DISTINCT: TypeAdapter[Distinct] = TypeAdapter(Distinct)


def checked_options(step: Step, model: type[Options], overrides: Mapping[str, Any] = {}) -> Options:
    """Return the options of a step; those in ``overrides`` win. Raises RecipeError, which names the one at fault."""
    given = {**step.options, **overrides}
    for option in given:
        if option not in model.model_fields:
            raise RecipeError(f"step {step.called!r} has no option {option!r}{near(option, model.model_fields)}")
    try:
        return model(**given)
    except ValidationError as error:
        raise RecipeError(f"step {step.called!r}: {_first(error)}") from error


def checked_rules(step: Step, operator: Cleaner | Aligner) -> tuple[Rule | Distinct, ...]:
    """Return the operator's rules as the recipe changes them, then the recipe's own."""
    rules: dict[str, Rule | Distinct] = {rule.reason: rule for rule in operator.rules}
    known = {fact.name for fact in operator.facts}
    for reason, change in step.rules.items():
        rules[reason] = _changed(step, reason, rules.get(reason), change, rules, known)
    return tuple(rule for rule in rules.values() if rule.on)


def _changed(
    step: Step,
    reason: str,
    rule: Rule | Distinct | None,
    change: bool | dict[str, Any],
    rules: Mapping[str, Any],
    facts: set[str],
) -> Rule | Distinct:
    changes = {"on": change} if isinstance(change, bool) else change
    if rule is None and "fact" not in changes:
        raise RecipeError(
            f"step {step.called!r} has no rule {reason!r}{near(reason, rules)}; a rule of its own names its `fact`"
        )
    adapter: TypeAdapter[Any] = _DISTINCT if isinstance(rule, Distinct) or "within" in changes else _RULE
    before = {} if rule is None else adapter.dump_python(rule)
    known = set(before) or {"fact", "at_least", "at_most", "one_of", "relative", "over", "within", "on"}
    for parameter in changes:
        if parameter not in known:
            raise RecipeError(
                f"rule {reason!r} of step {step.called!r} has no parameter {parameter!r}{near(parameter, known)}"
            )
    try:
        made: Rule | Distinct = adapter.validate_python({"reason": reason, **before, **changes})
    except ValidationError as error:
        raise RecipeError(f"rule {reason!r} of step {step.called!r}: {_first(error)}") from error
    if made.fact not in facts:
        raise RecipeError(
            f"rule {reason!r} of step {step.called!r} reads {made.fact!r}, not one of its facts{near(made.fact, facts)}"
        )
    return made


def _first(error: ValidationError) -> str:
    """Return the first complaint of a validation, with the value it is about."""
    problem = error.errors()[0]
    where = ".".join(str(part) for part in problem["loc"])
    return f"{where} = {problem['input']!r}: {problem['msg'].lower()}"
