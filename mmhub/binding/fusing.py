"""A step that fuses vectors, bound to the encodings it puts together."""

from collections.abc import Sequence

from mmhub.binding.bound import Bound
from mmhub.errors import RecipeError, near
from mmhub.operators import FuseOptions, Fuser
from mmhub.recipes.choices import checked_options
from mmhub.recipes.recipe import Step


def fusing(step: Step, operator: Fuser, bound: Sequence[Bound], *, download: bool) -> Bound:
    """Return a bound step that fuses the vectors of others; it keeps no facts, so that its key names none.

    Raises RecipeError where there are no such vectors, and ModelError where a head cannot be had.
    """
    if step.fields or step.vectors or step.rules:
        raise RecipeError(
            f"step {step.called!r} fuses vectors of other steps: name those in its option `of`; "
            "it takes no `fields`, `vectors` or `rules`"
        )
    options = checked_options(step, operator.options)
    assert isinstance(options, FuseOptions)
    of = tuple(_encoding(step, name, bound) for name in options.of)
    return Bound(
        step.called,
        step.called,
        "fuse",
        tuple(dict.fromkeys(name for each in of for name in each.fields)),
        operator,
        options,
        key="",
        weights=operator.weights(options, download) if operator.weights else None,
        of=tuple(each.name for each in of),
    )


def _encoding(step: Step, name: str, bound: Sequence[Bound]) -> Bound:
    """Return the encoding called ``name``: an encoder step, or STEP@FIELD where a step encodes several fields."""
    encodings = {each.name: each for each in bound if each.kind == "encode"}
    if name not in encodings:
        raise RecipeError(
            f"step {step.called!r} fuses vectors of {name!r}, which no step makes: there are "
            f"{', '.join(encodings) or 'none'}{near(name, encodings)}"
        )
    return encodings[name]
