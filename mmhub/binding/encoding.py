"""Encoders bound to the fields they read, with the weights of their models."""

from collections.abc import Mapping, Sequence

from mmhub.binding.bound import Bound
from mmhub.binding.chains import Chains, fact_key
from mmhub.errors import MmhubError, ModelError
from mmhub.models.weights import Weights
from mmhub.operators import Encoder, Modality, ModelOptions, Options
from mmhub.recipes.choices import checked_fields, checked_options, checked_rules
from mmhub.recipes.recipe import Column, Step


def encodings(
    step: Step,
    operator: Encoder,
    columns: Mapping[str, Column],
    modalities: Mapping[str, Modality],
    chains: Chains,
    *,
    embedded: bool,
    download: bool,
) -> list[Bound]:
    """Return how the values of each field become vectors; raise ModelError where the weights cannot be had."""
    options = checked_options(step, operator.options, operator.embedded if embedded else {})
    spared = embedded and not operator.embedded
    weights = _weights_here(step, operator, options) if spared else _weights(operator, options, download)
    rules = checked_rules(step, operator)
    fields = checked_fields(step, operator, columns)
    return [
        Bound(
            step.called if len(fields) == 1 else f"{step.called}@{field}",
            step.called,
            "encode",
            (field,),
            operator,
            options,
            _key(operator, options, weights, modalities[field], chains.keys[field]),
            rules,
            weights=weights,
            modality=modalities[field].name,
        )
        for field in fields
    ]


def _weights(operator: Encoder, options: Options, download: bool) -> Weights | None:
    try:
        return operator.weights(options, download) if operator.weights else None
    except MmhubError:
        raise
    except Exception as error:
        raise ModelError(
            f"the weights of {operator.name!r} cannot be had: its plugin fails with {type(error).__name__}: {error}"
        ) from error


def _weights_here(step: Step, operator: Encoder, options: Options) -> Weights | None:
    """Return the weights of an encoder that comes with no small ones, in whose place a try needs its own."""
    try:
        return _weights(operator, options, False)
    except ModelError as error:
        raise ModelError(
            f"no small weights come with {operator.name!r}, so that `--models embedded` cannot try it: leave the step "
            f"out, or name a folder that holds weights with `--set {step.called}.model=FOLDER`"
        ) from error


def _key(operator: Encoder, options: Options, weights: Weights | None, modality: Modality, chain: Sequence[str]) -> str:
    shaping = options.model_dump(mode="json")
    if weights and isinstance(options, ModelOptions):
        # The weights say what they are; where they were found does not matter.
        shaping = {option: value for option, value in shaping.items() if option not in ("model", "revision")}
    return fact_key(
        {
            "kind": "encode",
            "operator": operator.name,
            "version": operator.version,
            "options": shaping,
            "weights": weights.revision if weights else None,
            "modality": [modality.name, modality.version],
            "repairs": list(chain),
        }
    )
