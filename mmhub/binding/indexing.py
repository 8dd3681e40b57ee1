"""Encoders whose vectors a recipe wants to be found by an index."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mmhub.binding.bound import Bound
from mmhub.errors import RecipeError
from mmhub.recipes.recipe import Step


def indexing(bound: Sequence[Bound], steps: Iterable[Step]) -> list[Bound]:
    """Return bound steps with the index the recipe asks for; raise RecipeError for a step that makes no vectors."""
    asked = {step.called: step.index for step in steps if step.index}
    makers = {each.step for each in bound if each.kind == "encode"}
    for name in asked:
        if name not in makers:
            raise RecipeError(f"step {name!r} makes no vectors to index: `index` belongs to an encoder")
    return [replace(each, index=asked.get(each.step)) if each.kind == "encode" else each for each in bound]
