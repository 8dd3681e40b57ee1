"""What keeps rows together in one split: a rule on duplicates, and the steps whose facts it compares."""

from collections.abc import Sequence

from mmhub.binding.bound import Bound, Grouping
from mmhub.errors import RecipeError, near
from mmhub.operators import Aligner, Cleaner, Distinct, Encoder, Operator
from mmhub.recipes.choices import every_rule
from mmhub.recipes.recipe import Recipe, Step


def grouping(recipe: Recipe, chosen: Sequence[tuple[Step, Operator]], bound: Sequence[Bound]) -> Grouping | None:
    """Return by what rule splits keep rows together, whether it drops any or is switched off.

    Raises RecipeError where there is no such step, or no such rule.
    """
    if recipe.splits is None or not recipe.splits.rule:
        return None
    name, _, reason = recipe.splits.rule.rpartition(".")
    steps = {step.called: (step, operator) for step, operator in chosen}
    if name not in steps:
        raise RecipeError(f"splits go by a rule of {name!r}, and the recipe has no such step{near(name, steps)}")
    step, operator = steps[name]
    rules = every_rule(step, operator) if isinstance(operator, Cleaner | Aligner | Encoder) else {}
    rule = rules.get(reason)
    if not isinstance(rule, Distinct):
        known = [each for each, found in rules.items() if isinstance(found, Distinct)]
        raise RecipeError(f"step {name!r} has no rule {reason!r} on duplicates to split by{near(reason, known)}")
    bounds = tuple(each for each in bound if each.step == name and each.kind != "repair")
    return Grouping(rule, tuple(each for each in bounds if not rule.fields or {*rule.fields} & {*each.fields}))
