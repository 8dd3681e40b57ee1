"""`--set STEP.KEY=VALUE`: an option of a step, the source or its downloads, or a parameter of a rule, changed once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from pydantic import ValidationError

from mmhub.binding.bound import SCORES
from mmhub.errors import RecipeError, near
from mmhub.operators import Aligner, Cleaner, Distinct, Encoder, Operator, Options, Rule
from mmhub.plugins import Offers
from mmhub.recipes.downloads import Downloads
from mmhub.recipes.recipe import From, Recipe, Step

_RULE, _DISTINCT = (
    tuple(each.name for each in fields(kind) if each.name not in ("fact", "reason")) for kind in (Rule, Distinct)
)


def applied(recipe: Recipe, settings: Iterable[str], offers: Offers, source: type[Options]) -> Recipe:
    """Return ``recipe`` with ``settings`` such as ``image/sharpness.at_least=40`` or ``source.seed=7``.

    Raises RecipeError for a step, option or rule parameter that does not exist, naming the nearest.
    """
    for setting in settings:
        recipe = _changed(recipe, *parsed(setting), offers, source)
    return recipe


def parsed(setting: str) -> tuple[str, str, Any]:
    """Return the step (or ``source``), the key and the value of a setting; raise RecipeError for what is none."""
    place, equals, text = setting.partition("=")
    step, dot, key = place.partition(".")
    if not equals or not dot or not key:
        raise RecipeError(f"{setting!r} is no setting: write STEP.KEY=VALUE, as in image/sharpness.at_least=40")
    return step.strip(), key.strip(), _value(text)


def _value(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def _changed(recipe: Recipe, name: str, key: str, value: Any, offers: Offers, source: type[Options]) -> Recipe:
    if name == "source":
        part = _with_option(recipe.source, key, value, source)
        return recipe.model_copy(update={"source": part})
    steps = {step.called: step for step in recipe.steps}
    if name not in steps:
        raise RecipeError(f"the recipe has no step {name!r}{near(name, [*steps, 'source'])}")
    steps[name] = _with(steps[name], offers.operator(steps[name].use), key, value)
    return recipe.model_copy(update={"steps": tuple(steps.values())})


def _with_option(part: From, key: str, value: Any, source: type[Options]) -> From:
    """Return the source with an option of its own, or of its downloads."""
    if key in source.model_fields:
        return part.model_copy(update={"options": {**part.options, key: value}})
    name, *path = key.split(".")
    known = [*source.model_fields, *Downloads.model_fields]
    if name not in Downloads.model_fields:
        raise RecipeError(f"the source has no option {key!r}: it has {', '.join(known)}{near(key, known)}")
    given = part.downloads.model_dump()
    try:
        downloads = Downloads(**{**given, name: _below(given[name], path, value)})
    except ValidationError as error:
        said = error.errors()[0]["msg"].lower()
        raise RecipeError(f"the downloads of the source cannot take {key} = {value!r}: {said}") from error
    return part.model_copy(update={"downloads": downloads})


def _below(given: Any, path: Sequence[str], value: Any) -> Any:
    """Return ``given`` with ``value`` at a path of keys, as in ``storage_options.s3.anon=true``."""
    if not path:
        return value
    inside = given if isinstance(given, dict) else {}
    return {**inside, path[0]: _below(inside.get(path[0]), path[1:], value)}


def _with(step: Step, operator: Operator, key: str, value: Any) -> Step:
    if key in operator.options.model_fields:
        return step.model_copy(update={"options": {**step.options, key: value}})
    rules = _parameters(operator, step)
    reason, dot, parameter = key.partition(".")
    if not dot and reason in rules:
        return _ruled(step, reason, "on", value)
    if parameter == "fact" and reason not in rules:
        # A rule of one's own, whose bounds may follow.
        return _ruled(step, reason, "fact", value)
    if not dot:
        parameter = reason
        fitting = [each for each, parameters in rules.items() if parameter in parameters]
        if len(fitting) > 1:
            examples = " or ".join(f"{step.called}.{each}.{parameter}" for each in fitting)
            raise RecipeError(f"step {step.called!r} has several rules with {parameter!r}: write {examples}")
        reason = fitting[0] if fitting else ""
    if reason not in rules or parameter not in rules[reason]:
        known = [*operator.options.model_fields, *rules, *(p for parameters in rules.values() for p in parameters)]
        raise RecipeError(f"step {step.called!r} has no option or rule parameter {key!r}{near(key, known)}")
    return _ruled(step, reason, parameter, value)


def _ruled(step: Step, reason: str, parameter: str, value: Any) -> Step:
    before = step.rules.get(reason, {})
    changes: Mapping[str, Any] = {"on": before} if isinstance(before, bool) else before
    return step.model_copy(update={"rules": {**step.rules, reason: {**changes, parameter: value}}})


def _parameters(operator: Operator, step: Step) -> dict[str, tuple[str, ...]]:
    """Return, by reason, the parameters of the rules a step has: its operator's and its own."""
    if not isinstance(operator, Cleaner | Aligner | Encoder):
        return {}
    own = {reason: _own(change) for reason, change in step.rules.items()}
    if isinstance(operator, Encoder):
        return {reason: _RULE if _is_score(change) else _DISTINCT for reason, change in step.rules.items()}
    return own | {rule.reason: _DISTINCT if isinstance(rule, Distinct) else _RULE for rule in operator.rules}


def _is_score(change: bool | dict[str, Any]) -> bool:
    return isinstance(change, dict) and change.get("fact") in {fact.name for fact in SCORES}


def _own(change: bool | dict[str, Any]) -> tuple[str, ...]:
    """Return the parameters of a rule of the recipe's own: all, where it may be one on duplicates."""
    return _DISTINCT if isinstance(change, dict) and set(change) - {"fact", *_RULE} else _RULE
