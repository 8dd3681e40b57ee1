"""A recipe and what plugins offer, brought together: which operator reads which fields, with what options and keys."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mmhub.binding.bound import Bindings, Bound
from mmhub.binding.chains import Chains, fact_key
from mmhub.binding.cleaning import measures, repairs
from mmhub.binding.comparing import check_compared, comparing
from mmhub.binding.encoding import encodings
from mmhub.binding.fusing import fusing
from mmhub.binding.grouping import grouping
from mmhub.binding.imputing import imputing
from mmhub.binding.indexing import indexing
from mmhub.binding.published import publishing
from mmhub.binding.relating import alignment, pair_repair
from mmhub.binding.segmenting import segmenting
from mmhub.errors import RecipeError, near
from mmhub.operators import Aligner, Cleaner, Encoder, Fuser, Modality, Operator, Options, Segmenter
from mmhub.plugins import Offers
from mmhub.recipes.choices import checked_distinct
from mmhub.recipes.fields import unfit
from mmhub.recipes.recipe import Column, Recipe, Step

Chosen = Sequence[tuple[Step, Operator]]
"""The steps of a recipe, each with its operator."""


def bind(recipe: Recipe, offers: Offers, *, embedded: bool = False, download: bool = False) -> Bindings:
    """Return what ``recipe`` does with what is installed.

    With ``embedded``, the small weights that plugins ship take the place of every encoder's, and rules on
    scores and vectors are switched off. Weights are fetched from the Hub only with ``download``.
    Raises RecipeError, PluginError or ModelError.
    """
    columns = recipe.columns
    modalities = _modalities(columns, offers)
    chosen = [(step, _operator(step, offers, modalities)) for step in recipe.steps]
    chains = Chains({name: [] for name in modalities}, dict.fromkeys(modalities, ()))
    bound = [_decoding(name, modality) for name, modality in modalities.items() if modality.decode]
    bound += _mending(chosen, columns, modalities, chains)
    bound += _finding(chosen, columns, modalities, chains, embedded=embedded, download=download)
    bound += [fusing(step, each, bound, download=download) for step, each in chosen if isinstance(each, Fuser)]
    bound = [imputing(comparing(chains.tied(each), bound), recipe) for each in bound]
    bound = indexing(publishing(bound, recipe.steps), recipe.steps)
    muted = tuple(each.name for each in bound if embedded and each.kind in ("vectors", "encode") and each.rules)
    bound = [replace(each, rules=()) if each.name in muted else each for each in bound]
    segment = segmenting(recipe, offers, modalities)
    distinct = {name: rule for name, column in columns.items() if (rule := checked_distinct(name, column.distinct))}
    check_compared(bound, columns, distinct)
    return Bindings(
        columns=columns,
        modalities=modalities,
        bound=tuple(bound),
        segment=segment,
        muted=muted,
        grouping=grouping(recipe, chosen, bound),
        distinct=distinct,
    )


def _modalities(columns: Mapping[str, Column], offers: Offers) -> dict[str, Modality]:
    """Return the modality of each field that has one; raise RecipeError for a field that cannot be as it is said."""
    modalities = {name: offers.modality(column.modality) for name, column in columns.items() if not column.is_plain}
    complaint = unfit(columns, frozenset(name for name, each in modalities.items() if each.decode is None))
    if complaint:
        raise RecipeError(complaint)
    return modalities


def _operator(step: Step, offers: Offers, modalities: Mapping[str, Modality]) -> Operator:
    operator = offers.operator(step.use)
    if isinstance(operator, Segmenter):
        raise RecipeError(f"{step.use!r} cuts rows: name it under `segment`, not among the steps")
    for name in step.fields:
        if name not in modalities:
            hint = near(name, modalities) or f"; it has {', '.join(modalities)}"
            raise RecipeError(f"step {step.called!r} reads a field {name!r} the recipe does not have{hint}")
    return operator


def _decoding(name: str, modality: Modality) -> Bound:
    key = fact_key({"decode": modality.name, "version": modality.version})
    return Bound(f"decode@{name}", "decode", "decode", (name,), modality, Options(), key)


def _mending(
    chosen: Chosen, columns: Mapping[str, Column], modalities: Mapping[str, Modality], chains: Chains
) -> list[Bound]:
    """Return all repairs: those of values by themselves, then those of values by others of their row."""
    bound: list[Bound] = []
    for step, operator in chosen:
        if isinstance(operator, Cleaner):
            bound += repairs(step, operator, columns, modalities, chains)
    for step, operator in chosen:
        if isinstance(operator, Aligner) and operator.repair:
            bound.append(pair_repair(step, operator, columns, modalities, chains))
    return bound


def _finding(
    chosen: Chosen,
    columns: Mapping[str, Column],
    modalities: Mapping[str, Modality],
    chains: Chains,
    *,
    embedded: bool,
    download: bool,
) -> list[Bound]:
    """Return what steps measure, relate or encode, once for each field they read."""
    encoders = [(step, operator) for step, operator in chosen if isinstance(operator, Encoder)]
    bound: list[Bound] = []
    for step, operator in chosen:
        if isinstance(operator, Cleaner):
            bound += measures(step, operator, columns, modalities, chains)
        elif isinstance(operator, Aligner):
            bound.append(alignment(step, operator, columns, modalities, chains, encoders))
        elif isinstance(operator, Encoder):
            bound += encodings(step, operator, columns, modalities, chains, embedded=embedded, download=download)
    return bound
