"""What the installed plugins offer, and the recipes that come with mmhub, as plain data."""

from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from mmhub.docstrings import meanings
from mmhub.errors import PluginError, near
from mmhub.operators import Aligner, Cleaner, Distinct, Encoder, Fuser, Operator, Options, Rule
from mmhub.plugins import Offers
from mmhub.recipes.scripts import listed, summary_of
from mmhub.showing.rule_words import bounds


def offered(offers: Offers, only: str | None) -> dict[str, Any]:
    """Return the plugins and what they offer by modality, sources and recipes, or ``only`` what has that name."""
    by_modality: dict[str, list[dict[str, Any]]] = {}
    for name, operator in sorted(offers.operators.items()):
        for place in _places(operator):
            if only in (None, place, name):
                owner = offers.distributions[f"operators:{name}"]
                by_modality.setdefault(place, []).append(_operator(operator, owner))
    sources = [each for name, each in sorted(offers.sources.items()) if only in (None, name)]
    recipes = {name: path for name, path in listed().items() if only in (None, name)}
    if only is not None and not by_modality and not sources and not recipes:
        known = {
            *offers.operators,
            *offers.sources,
            *listed(),
            *(place for each in offers.operators.values() for place in _places(each)),
        }
        plugins = ", ".join(sorted(set(offers.distributions.values()) - {"mmhub"})) or "none"
        hint = near(only, known) or f"; installed are {plugins}, found by their entry points in the group `mmhub`"
        raise PluginError(f"no installed plugin offers {only!r}{hint}")
    owners = sorted(set(offers.distributions.values()) | {"mmhub"})
    return {
        "plugins": [{"name": owner, "version": version(owner)} for owner in owners],
        "modalities": [
            {"name": each.name, "version": each.version, "summary": each.summary} for each in offers.modalities.values()
        ],
        "sources": [
            {"name": each.name, "version": each.version, "summary": each.summary, "options": _options(each.options)}
            for each in sources
        ],
        "operators": dict(sorted(by_modality.items())),
        "recipes": [{"name": name, "summary": summary_of(path)} for name, path in recipes.items()],
    }


def _places(operator: Operator) -> tuple[str, ...]:
    """Return under which modality an operator is listed: a relation under both, one of any fields by its own name."""
    if isinstance(operator, Encoder):
        return operator.modalities
    if isinstance(operator, Aligner):
        pairs = dict.fromkeys(" with ".join(pair) for pair in operator.modalities)
        return tuple(pairs) or ("any two",)
    return (operator.modality,) if not isinstance(operator, Fuser) else ("vectors",)


def _operator(operator: Operator, owner: str) -> dict[str, Any]:
    facts = operator.facts if isinstance(operator, Cleaner | Aligner) else ()
    rules = operator.rules if isinstance(operator, Cleaner | Aligner) else ()
    return {
        "name": operator.name,
        "kind": type(operator).__name__.lower(),
        "version": operator.version,
        "plugin": owner,
        "summary": operator.summary,
        "options": _options(operator.options),
        "facts": [asdict(fact) for fact in facts],
        "rules": [_rule(rule) for rule in rules],
    }


def _rule(rule: Rule | Distinct) -> dict[str, Any]:
    off = "" if rule.on else ", off unless a recipe asks for it"
    return {**asdict(rule), "says": f"{rule.fact} {bounds(rule)}{off}"}


def _options(model: type[Options]) -> list[dict[str, Any]]:
    meaning = meanings(model)
    return [
        {
            "name": name,
            "required": field.is_required(),
            "default": None if field.is_required() else _plain(field.get_default(call_default_factory=True)),
            "summary": meaning[name],
        }
        for name, field in model.model_fields.items()
    ]


def _plain(value: Any) -> Any:
    """Return a default as JSON can hold it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else str(value)
