"""What the licences of weights allow: those that forbid commerce are used only where the recipe says so."""

from collections.abc import Iterable, Sequence
from typing import Any

from mmhub.binding.bound import Bound
from mmhub.errors import RecipeError
from mmhub.models.licences import UNSTATED, is_non_commercial, licence_of
from mmhub.schema import model_name


def refuse_forbidden(bound: Iterable[Bound], allowed: Sequence[str]) -> None:
    """Raise RecipeError where a step uses weights that forbid commerce and whose licence is not among ``allowed``."""
    known = {each.lower() for each in allowed}
    for each in bound:
        if each.weights is None:
            continue
        licence = licence_of(each.weights)
        if is_non_commercial(licence) and licence.lower() not in known:
            raise RecipeError(
                f"step {each.step!r} uses the weights of {each.weights.model!r}, whose licence {licence!r} forbids "
                f"commercial use: take another model, or allow it with `allow_licences: [{licence}]` in the recipe"
            )


def models(bound: Iterable[Bound]) -> list[dict[str, Any]]:
    """Return the models whose weights a recipe uses: name, revision and licence of each, none twice."""
    used = {each.weights.revision: each for each in bound if each.weights}
    return [
        {"model": model_name(each) or each.weights.model, "revision": revision, "licence": licence_of(each.weights)}
        for revision, each in used.items()
        if each.weights
    ]


def unknown(bound: Iterable[Bound]) -> list[str]:
    """Return in words which models have an unknown licence."""
    return [
        f"the licence of the weights {each['model']!r} is unknown: look it up before you publish"
        for each in models(bound)
        if each["licence"] == UNSTATED
    ]
