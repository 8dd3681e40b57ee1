"""Steps that relate two fields, bound to these: repairs of one by the other, and alignments of values or of vectors."""

from collections.abc import Mapping, Sequence

from mmhub.binding.bound import Bound, Kind
from mmhub.binding.chains import Chains, fact_key
from mmhub.errors import RecipeError
from mmhub.operators import Aligner, Encoder, Modality, Options
from mmhub.recipes.choices import checked_fields, checked_options, rules_on
from mmhub.recipes.recipe import Column, Step


def pair_repair(
    step: Step,
    operator: Aligner,
    columns: Mapping[str, Column],
    modalities: Mapping[str, Modality],
    chains: Chains,
) -> Bound:
    """Return how one field is mended by another; from here on, what is found out of the one hangs on the other."""
    left, right = _related(step, operator, columns)
    if columns[right].many:
        raise RecipeError(
            f"step {step.called!r} repairs {left!r} by {right!r}, which holds lists: expected single values"
        )
    options = checked_options(step, operator.options)
    key = _pair_key("repair", operator, options, (left, right), modalities, chains)
    chains.tie(left, right, key)
    rules = rules_on(step, operator, operator.repair_facts)
    return Bound(
        f"repair:{step.called}",
        step.called,
        "repair",
        (left,),
        operator,
        options,
        key,
        rules,
        beside=chains.beside[left],
        partner=right,
    )


def alignment(
    step: Step,
    operator: Aligner,
    columns: Mapping[str, Column],
    modalities: Mapping[str, Modality],
    chains: Chains,
    encoders: Sequence[tuple[Step, Encoder]],
) -> Bound:
    """Return what relates two fields, by their values or by the vectors that one of ``encoders`` makes of both."""
    left, right = _related(step, operator, columns)
    options = checked_options(step, operator.options)
    rules = rules_on(step, operator, operator.facts)
    of = _compared(step, encoders, columns) if operator.reads == "vectors" else None
    key = _pair_key("pair", operator, options, (left, right), modalities, chains)
    kind: Kind = "vectors" if of else "pair"
    return Bound(step.called, step.called, kind, (left, right), operator, options, key, rules, of=of)


def _pair_key(
    kind: str,
    operator: Aligner,
    options: Options,
    fields: tuple[str, str],
    modalities: Mapping[str, Modality],
    chains: Chains,
) -> str:
    return fact_key(
        {
            "kind": kind,
            "operator": operator.name,
            "version": operator.version,
            "options": options.model_dump(mode="json"),
            "modalities": [[modalities[name].name, modalities[name].version] for name in fields],
            "repairs": [list(chains.keys[name]) for name in fields],
        }
    )


def _related(step: Step, operator: Aligner, columns: Mapping[str, Column]) -> tuple[str, str]:
    """Return the two fields that a step relates; raise RecipeError where it cannot."""
    if len(step.fields) != 2:
        raise RecipeError(f"step {step.called!r} relates two fields: name them, as in `fields: [image, caption]`")
    left, right = step.fields
    pair = (columns[left].modality, columns[right].modality)
    if operator.modalities and pair not in operator.modalities:
        readable = ", ".join(f"{first} with {second}" for first, second in operator.modalities)
        raise RecipeError(
            f"step {step.called!r} cannot relate {pair[0]} with {pair[1]}: {operator.name!r} relates {readable}"
        )
    if columns[left].many and columns[right].many:
        raise RecipeError(
            f"step {step.called!r} relates two lists, {left!r} and {right!r}: one of them must hold single values"
        )
    return left, right


def _compared(step: Step, encoders: Sequence[tuple[Step, Encoder]], columns: Mapping[str, Column]) -> tuple[str, str]:
    """Return the names of the two encodings a step compares: those one encoder step makes of both its fields."""
    both = {
        each.called: names
        for each, encoder in encoders
        if set(step.fields) <= set(names := checked_fields(each, encoder, columns))
    }
    if step.vectors and step.vectors not in both:
        raise RecipeError(
            f"step {step.called!r} compares vectors of {step.vectors!r}, which does not encode both of its fields"
        )
    if not both:
        raise RecipeError(
            f"step {step.called!r} compares {step.fields[0]!r} with {step.fields[1]!r}, but no step encodes both: "
            f"add an encoder such as `image/clip` with `fields: [{', '.join(step.fields)}]`"
        )
    if len(both) > 1 and not step.vectors:
        raise RecipeError(
            f"step {step.called!r} could compare the vectors of {', '.join(both)}: say which with `vectors`"
        )
    chosen = step.vectors or next(iter(both))
    left, right = (f"{chosen}@{name}" for name in step.fields)
    return left, right
