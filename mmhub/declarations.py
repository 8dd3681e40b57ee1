"""What a declaration has to be before a recipe can choose it; all else a plugin keeps to is tried by its own tests."""

from reprlib import repr as shortened
from typing import Any, get_args, get_type_hints

from mmhub.errors import PluginError
from mmhub.operators import Fact, Modality, Rule

_FEATURES = get_args(get_type_hints(Modality)["feature"])
_SEVERAL = {"facts": Fact, "repair_facts": Fact, "rules": Rule}
"""The parts of a declaration that are tuples, and what they hold."""


def check_declaration(answer: Any, owner: str) -> None:
    """Raise PluginError where a declaration is not one, naming it, the plugin that made it, and what to write."""
    where = f"{answer.name!r} of {owner!r}"
    if isinstance(answer.version, bool) or not isinstance(answer.version, int):
        raise PluginError(f"{where} has the version {answer.version!r}: expected a whole number, as in `version=1`")
    if isinstance(answer, Modality) and answer.feature not in _FEATURES:
        raise PluginError(f"{where} has the feature {answer.feature!r}: expected one of {', '.join(_FEATURES)}")
    for part, kind in _SEVERAL.items():
        if not isinstance(getattr(answer, part, ()), tuple | list):
            name = kind.__name__
            raise PluginError(f"{where} has {part} that are no tuple: write `{part}=({name}(…),)`, with the last comma")
    reasons = [rule.reason for rule in getattr(answer, "rules", ())]
    for reason in reasons:
        if reasons.count(reason) > 1:
            raise PluginError(f"{where} has two rules for the reason {reason!r}: rename one")


def in_words(answer: Any) -> str:
    """Return what a plugin answered so that it fits a sentence: a declaration by kind and name."""
    name = getattr(answer, "name", None)
    return f"the {type(answer).__name__} {name!r}" if isinstance(name, str) else shortened(answer)
