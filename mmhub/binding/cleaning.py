"""Cleaners bound to the fields they read: repairs, and what measures what these leave."""

from collections.abc import Mapping, Sequence

from mmhub.binding.bound import Bound
from mmhub.binding.chains import Chains, fact_key
from mmhub.operators import Cleaner, Modality, Options
from mmhub.recipes.choices import checked_fields, checked_options, rules_on
from mmhub.recipes.recipe import Column, Step


def repairs(
    step: Step,
    operator: Cleaner,
    columns: Mapping[str, Column],
    modalities: Mapping[str, Modality],
    chains: Chains,
) -> list[Bound]:
    """Return how the values of each field are mended; from here on, what is found out of them hangs on that."""
    if not operator.repair:
        return []
    options = checked_options(step, operator.options)
    rules = rules_on(step, operator, operator.repair_facts)
    bound = []
    for field in checked_fields(step, operator, columns):
        key = _key("repair", operator, options, modalities[field], chains.keys[field])
        chains.keys[field].append(key)
        name = f"repair:{step.called}@{field}"
        bound.append(Bound(name, step.called, "repair", (field,), operator, options, key, rules))
    return bound


def measures(
    step: Step,
    operator: Cleaner,
    columns: Mapping[str, Column],
    modalities: Mapping[str, Modality],
    chains: Chains,
) -> list[Bound]:
    """Return what is found out about the values of each field, once all repairs of them are known."""
    if not operator.measure:
        return []
    options = checked_options(step, operator.options)
    rules = rules_on(step, operator, operator.facts)
    fields = checked_fields(step, operator, columns)
    bound = []
    for field in fields:
        key = _key("measure", operator, options, modalities[field], chains.keys[field])
        name = step.called if len(fields) == 1 else f"{step.called}@{field}"
        bound.append(Bound(name, step.called, "measure", (field,), operator, options, key, rules))
    return bound


def _key(kind: str, operator: Cleaner, options: Options, modality: Modality, chain: Sequence[str]) -> str:
    return fact_key(
        {
            "kind": kind,
            "operator": operator.name,
            "version": operator.version,
            "options": options.model_dump(mode="json"),
            "modality": modality.version,
            "repairs": list(chain),
        }
    )
