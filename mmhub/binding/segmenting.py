"""A segmenter bound to the fields of a recipe that it cuts."""

from collections.abc import Mapping

from mmhub.binding.bound import Bound
from mmhub.binding.chains import fact_key
from mmhub.errors import RecipeError, near
from mmhub.operators import Modality, Segmenter, SpanOptions
from mmhub.plugins import Offers
from mmhub.recipes.choices import checked_options
from mmhub.recipes.recipe import Recipe, Step

_LAYOUT = 3
"""How what was cut is kept: raised when it is kept in another way."""


def segmenting(recipe: Recipe, offers: Offers, modalities: Mapping[str, Modality]) -> Bound | None:
    """Return the segmenter of a recipe with the fields it cuts, the one it decodes first; None where rows stay whole.

    Raises RecipeError.
    """
    step = recipe.segment
    if step is None:
        return None
    operator = offers.operator(step.use)
    if not isinstance(operator, Segmenter):
        raise RecipeError(f"{step.use!r} does not cut rows: it belongs among the steps")
    first, *others = _fields(recipe, step, operator, modalities)
    options = checked_options(step, operator.options)
    if isinstance(options, SpanOptions):
        _check_spread(recipe, step, first, options)
    key = fact_key(
        {
            "kind": "segment",
            "layout": _LAYOUT,
            "operator": operator.name,
            "version": operator.version,
            "options": options.model_dump(mode="json"),
            "modality": [modalities[name].version for name in (first, *others)],
        }
    )
    return Bound(step.called, step.called, "segment", (first,), operator, options, key, beside=tuple(others))


def _fields(recipe: Recipe, step: Step, operator: Segmenter, modalities: Mapping[str, Modality]) -> tuple[str, ...]:
    """Return the fields that are cut together: those the step names, or the only ones of their modalities."""
    wanted = (operator.modality, *operator.beside)
    names = step.fields or tuple(name for each in wanted for name, found in modalities.items() if found.name == each)
    if any(name not in modalities for name in names) or tuple(modalities[name].name for name in names) != wanted:
        if len(wanted) == 1:
            raise RecipeError(
                f"the segmenter {step.use!r} cuts by one field that holds {wanted[0]}: name it with `fields`"
            )
        raise RecipeError(
            f"the segmenter {step.use!r} cuts {len(wanted)} fields together, which hold {', '.join(wanted)}: "
            "name them with `fields`, in this order"
        )
    several = [name for name in names if recipe.columns[name].many]
    if several and len(names) > 1:
        raise RecipeError(f"the segmenter {step.use!r} cuts single values, and {several[0]!r} holds lists")
    return names


def _check_spread(recipe: Recipe, step: Step, cut: str, options: SpanOptions) -> None:
    """Raise RecipeError where a field is not there, or is none, of which a row can hold a value for each segment."""
    columns = recipe.columns
    times = [name for name in (options.start, "" if options.seconds else options.end, options.begin) if name]
    for name in (*times, *options.each):
        if name not in columns:
            raise RecipeError(
                f"the segmenter {step.use!r} goes by a field {name!r} the recipe does not have" + near(name, columns)
            )
        if columns[name].many or columns[name].length is not None:
            raise RecipeError(
                f"the segmenter {step.use!r} gives each piece one value of {name!r}: leave out its `many` or `length`, "
                "and rows hold a list all the same"
            )
    for name in times:
        fitting = ("float64",) if name == options.begin else ("float64", "int64")
        if columns[name].modality not in fitting:
            raise RecipeError(
                f"the segmenter {step.use!r} counts times in seconds, and {name!r} holds {columns[name].modality}: "
                f"expected {' or '.join(fitting)}"
            )
    if recipe.columns[cut].many or cut in options.each:
        raise RecipeError(f"the segmenter {step.use!r} cuts single values of {cut!r}, and the recipe has lists of them")
