"""A recipe and what plugins offer, brought together: which operator reads which fields, with what options and keys."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mmhub.binding.bound import Bindings, Bound, Grouping, Kind, told
from mmhub.binding.chains import Chains, fact_key
from mmhub.binding.fusing import fusing
from mmhub.binding.indexing import indexing
from mmhub.binding.published import publishing
from mmhub.binding.relating import alignment, pair_repair
from mmhub.binding.segmenting import segmenting
from mmhub.errors import RecipeError, near
from mmhub.operators import (
    Aligner,
    Best,
    Cleaner,
    Distinct,
    Encoder,
    Fuser,
    Modality,
    ModelOptions,
    Operator,
    Options,
    Rule,
    Segmenter,
)
from mmhub.plugins import Offers
from mmhub.recipes.choices import checked_distinct, checked_fields, checked_options, checked_rules, every_rule, rules_on
from mmhub.recipes.fields import unfit
from mmhub.recipes.recipe import Column, Recipe, Step


def bind(recipe: Recipe, offers: Offers, *, embedded: bool = False, download: bool = False) -> Bindings:
    """Return what ``recipe`` does with what is installed.

    With ``embedded``, the small weights that plugins ship take the place of every encoder's, and rules on
    scores and vectors are switched off. Weights are fetched from the Hub only with ``download``.
    Raises RecipeError, PluginError or ModelError.
    """
    columns = recipe.columns
    modalities = {name: offers.modality(column.modality) for name, column in columns.items() if not column.is_plain}
    complaint = unfit(columns, frozenset(name for name, each in modalities.items() if each.decode is None))
    if complaint:
        raise RecipeError(complaint)
    bound: list[Bound] = [_decoding(name, modality) for name, modality in modalities.items() if modality.decode]
    chains = Chains({name: [] for name in modalities}, dict.fromkeys(modalities, ()))
    chosen = [(step, _operator(step, offers, modalities)) for step in recipe.steps]
    for step, operator in chosen:
        if isinstance(operator, Cleaner) and operator.repair:
            for name in checked_fields(step, operator, columns):
                made = _made(step, operator, (name,), "repair", chain=chains.keys[name], modalities=modalities)
                chains.keys[name].append(made.key)
                bound.append(made)
    for step, operator in chosen:
        if isinstance(operator, Aligner) and operator.repair:
            bound.append(pair_repair(step, operator, columns, modalities, chains))
    encoders = [(step, operator) for step, operator in chosen if isinstance(operator, Encoder)]
    for step, operator in chosen:
        bound.extend(
            _bound_step(step, operator, columns, modalities, chains, encoders, embedded=embedded, download=download)
        )
    bound += [
        fusing(step, operator, bound, download=download) for step, operator in chosen if isinstance(operator, Fuser)
    ]
    bound = [_imputing(_about(chains.tied(each), bound), recipe) for each in bound]
    bound = indexing(publishing(bound, recipe.steps), recipe.steps)
    muted = tuple(each.name for each in bound if embedded and each.kind in ("vectors", "encode") and each.rules)
    bound = [replace(each, rules=()) if each.name in muted else each for each in bound]
    segment = segmenting(recipe, offers, modalities)
    distinct = {name: rule for name, column in columns.items() if (rule := checked_distinct(name, column.distinct))}
    for each in bound:
        for said in (rule for rule in each.rules if isinstance(rule, Rule) and rule.like):
            _check_like(said, each, columns)
        for rule in (rule for rule in each.rules if isinstance(rule, Distinct)):
            _check_distinct(f"rule {rule.reason!r} of step {each.step!r}", rule, bound, each.fields[0], each)
    for name, asked in distinct.items():
        _check_distinct(f"`distinct` of field {name!r}", asked, bound, name, None)
    return Bindings(
        columns=columns,
        modalities=modalities,
        bound=tuple(bound),
        segment=segment,
        muted=muted,
        grouping=_grouping(recipe, chosen, bound),
        distinct=distinct,
    )


def _grouping(recipe: Recipe, chosen: Sequence[tuple[Step, Operator]], bound: Sequence[Bound]) -> Grouping | None:
    """Return by what rule splits keep rows together, whether it drops any or is switched off."""
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


def _check_distinct(where: str, rule: Distinct, bound: Sequence[Bound], name: str, own: Bound | None) -> None:
    """Raise RecipeError where what a rule prefers is not to be had."""
    if not isinstance(rule.keep, Best):
        return
    found = told(bound, rule.keep.fact, name, own)
    if found is None:
        known = [fact.name for fact in own.facts] if own else []
        known += [f"{each.step}.{fact.name}" for each in bound for fact in each.facts]
        raise RecipeError(
            f"{where} keeps the one with the best {rule.keep.fact!r}, which no step finds out of {name!r}"
            f"{near(rule.keep.fact, known)}; name it as STEP.FACT, as in `image/size.pixels`"
        )
    if found[1].dtype not in ("bool", "int64", "float32", "float64"):
        raise RecipeError(f"{where} keeps the one with the best {rule.keep.fact!r}, which is no number")


def _check_like(rule: Rule, bound: Bound, columns: Mapping[str, Column]) -> None:
    """Raise RecipeError where the field that a rule compares its fact with is none it can be compared with."""
    where = f"rule {rule.reason!r} of step {bound.step!r}"
    plain = {name: column for name, column in columns.items() if column.is_plain}
    if rule.like not in plain:
        raise RecipeError(f"{where} compares with {rule.like!r}, which is no plain field{near(rule.like, plain)}")
    column = plain[rule.like]
    if column.many or column.length is not None:
        raise RecipeError(f"{where} compares with {rule.like!r}, which holds lists: expected single values")
    dtype = next(fact.dtype for fact in bound.facts if fact.name == rule.fact)
    kinds = {"string": "string", "bool": "bool"}
    fitting = ("int64", "float64") if dtype not in kinds else (kinds[dtype],)
    if column.modality not in fitting:
        raise RecipeError(f"{where} compares {rule.fact!r}, which is {dtype}, with {rule.like!r}: {column.modality}")


def _imputing(bound: Bound, recipe: Recipe) -> Bound:
    """Return a bound step with how the recipe makes up what it does not find out."""
    way = next((step.impute for step in recipe.steps if step.called == bound.step and step.impute), None)
    if way is None or bound.kind in ("decode", "repair"):
        return bound
    if (way == "ridge") != (bound.kind == "encode"):
        fitting = "ridge" if bound.kind == "encode" else "mean, median, neighbours or iterative"
        raise RecipeError(f"step {bound.step!r} cannot impute by {way!r}: it takes {fitting}")
    if bound.kind != "encode" and not any(each.dtype in ("int64", "float32", "float64") for each in bound.facts):
        raise RecipeError(f"step {bound.step!r} imputes {way!r}, and finds out no numbers")
    return replace(bound, impute=way)


def _about(one: Bound, bound: Sequence[Bound]) -> Bound:
    """Return a step bound to a field with those of its rules that are about this field."""
    read = [name for each in bound if each.step == one.step and each.rules for name in each.fields]
    for rule in one.rules:
        for name in rule.fields if isinstance(rule, Distinct) else ():
            if name not in read:
                raise RecipeError(
                    f"rule {rule.reason!r} of step {one.step!r} compares the field {name!r}, "
                    f"which the step does not read{near(name, read)}"
                )
    mine = [
        each
        for each in one.rules
        if not isinstance(each, Distinct) or not each.fields or {*each.fields} & {*one.fields}
    ]
    return replace(one, rules=tuple(mine))


def _decoding(name: str, modality: Modality) -> Bound:
    key = fact_key({"decode": modality.name, "version": modality.version})
    return Bound(f"decode@{name}", "decode", "decode", (name,), modality, Options(), key)


def _operator(step: Step, offers: Offers, modalities: Mapping[str, Modality]) -> Operator:
    operator = offers.operator(step.use)
    if isinstance(operator, Segmenter):
        raise RecipeError(f"{step.use!r} cuts rows: name it under `segment`, not among the steps")
    for name in step.fields:
        if name not in modalities:
            raise RecipeError(
                f"step {step.called!r} reads a field {name!r} the recipe does not have{near(name, modalities)}"
            )
    return operator


def _bound_step(
    step: Step,
    operator: Operator,
    columns: Mapping[str, Column],
    modalities: Mapping[str, Modality],
    chains: Chains,
    encoders: Sequence[tuple[Step, Encoder]],
    *,
    embedded: bool,
    download: bool,
) -> list[Bound]:
    """Return what one step measures or encodes, once for each field it reads."""
    if isinstance(operator, Aligner):
        return [alignment(step, operator, columns, modalities, chains, encoders)]
    if isinstance(operator, Fuser):
        return []
    if isinstance(operator, Cleaner):
        if not operator.measure:
            return []
        names = checked_fields(step, operator, columns)
        return [
            _made(
                step,
                operator,
                (name,),
                "measure",
                chain=chains.keys[name],
                modalities=modalities,
                alone=len(names) == 1,
            )
            for name in names
        ]
    assert isinstance(operator, Encoder)
    names = checked_fields(step, operator, columns)
    return [
        _encoding(
            step,
            operator,
            name,
            chains.keys[name],
            modalities,
            embedded=embedded,
            download=download,
            alone=len(names) == 1,
        )
        for name in names
    ]


def _made(
    step: Step,
    operator: Cleaner,
    fields: tuple[str, ...],
    kind: Kind,
    *,
    chain: Sequence[str],
    modalities: Mapping[str, Modality],
    alone: bool = True,
) -> Bound:
    options = checked_options(step, operator.options)
    key = fact_key(
        {
            "kind": kind,
            "operator": operator.name,
            "version": operator.version,
            "options": options.model_dump(mode="json"),
            "modality": modalities[fields[0]].version,
            "repairs": list(chain),
        }
    )
    name = step.called if alone and kind != "repair" else f"{step.called}@{fields[0]}"
    return Bound(
        name if kind != "repair" else f"repair:{name}",
        step.called,
        kind,
        fields,
        operator,
        options,
        key,
        rules_on(step, operator, operator.repair_facts if kind == "repair" else operator.facts),
    )


def _encoding(
    step: Step,
    operator: Encoder,
    name: str,
    chain: Sequence[str],
    modalities: Mapping[str, Modality],
    *,
    embedded: bool,
    download: bool,
    alone: bool,
) -> Bound:
    options = checked_options(step, operator.options, operator.embedded if embedded else {})
    weights = operator.weights(options, download) if operator.weights else None
    shaping = options.model_dump(mode="json")
    if weights and isinstance(options, ModelOptions):
        # The weights say what they are; where they were found does not matter.
        shaping = {option: value for option, value in shaping.items() if option not in ("model", "revision")}
    key = fact_key(
        {
            "kind": "encode",
            "operator": operator.name,
            "version": operator.version,
            "options": shaping,
            "weights": weights.revision if weights else None,
            "modality": [modalities[name].name, modalities[name].version],
            "repairs": list(chain),
        }
    )
    called = step.called if alone else f"{step.called}@{name}"
    return Bound(
        called,
        step.called,
        "encode",
        (name,),
        operator,
        options,
        key,
        checked_rules(step, operator),
        weights=weights,
        modality=modalities[name].name,
    )
