"""Facts that a recipe makes columns of the dataset."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from mmhub.binding.bound import Bindings, Bound
from mmhub.errors import RecipeError, near
from mmhub.operators import Fact
from mmhub.recipes.recipe import Step


def publishing(bound: Sequence[Bound], steps: Iterable[Step]) -> list[Bound]:
    """Return bound steps with the facts the recipe publishes of them; raise RecipeError where there is none such."""
    asked = {step.called: step.publish for step in steps if step.publish}
    for name, facts in asked.items():
        known = [fact.name for each in bound if each.step == name for fact in each.facts]
        for fact in facts:
            if fact not in known:
                raise RecipeError(f"step {name!r} publishes {fact!r}, not one of its facts{near(fact, known)}")
    return [
        replace(each, publish=tuple(fact.name for fact in each.facts if fact.name in asked.get(each.step, ())))
        for each in bound
    ]


def published_facts(bindings: Bindings, taken: Iterable[str]) -> dict[str, tuple[Bound, Fact]]:
    """Return, by column, the facts that are published: ``<field>_<fact>``, or ``<step>_<fact>`` where that is taken."""
    gone = {*bindings.columns, *taken}
    found: dict[str, tuple[Bound, Fact]] = {}
    for bound in bindings.bound:
        for fact in (each for each in bound.facts if each.name in bound.publish):
            short = f"{bound.fields[0]}_{fact.name}"
            own = re.sub(r"\W+", "_", f"{bound.name}_{fact.name}")
            found[short if short not in gone and short not in found else own] = (bound, fact)
    return found
