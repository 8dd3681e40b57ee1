"""Steps whose facts or vectors a recipe makes up where they are lacking."""

from dataclasses import replace

from mmhub.binding.bound import Bound
from mmhub.errors import RecipeError
from mmhub.recipes.recipe import Recipe


def imputing(bound: Bound, recipe: Recipe) -> Bound:
    """Return a bound step with how the recipe makes up what it does not find out.

    Raises RecipeError for a way that does not fit what the step finds out.
    """
    way = next((step.impute for step in recipe.steps if step.called == bound.step and step.impute), None)
    if way is None or bound.kind in ("decode", "repair"):
        return bound
    if (way == "ridge") != (bound.kind == "encode"):
        fitting = "ridge" if bound.kind == "encode" else "mean, median, neighbours or iterative"
        raise RecipeError(f"step {bound.step!r} cannot impute by {way!r}: it takes {fitting}")
    if bound.kind != "encode" and not any(each.dtype in ("int64", "float32", "float64") for each in bound.facts):
        raise RecipeError(f"step {bound.step!r} imputes {way!r}, and finds out no numbers")
    return replace(bound, impute=way)
