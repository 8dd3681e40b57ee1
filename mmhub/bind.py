"""A recipe and what plugins offer, brought together: which operator reads which fields, with what options and keys."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mmhub.bound import Bindings, Bound, Grouping, Kind, told
from mmhub.choices import checked_distinct, checked_options, checked_rules, every_rule
from mmhub.errors import RecipeError, near
from mmhub.fields import unfit
from mmhub.operators import (
    Aligner,
    Best,
    Cleaner,
    Distinct,
    Encoder,
    Modality,
    ModelOptions,
    Operator,
    Options,
    Segmenter,
)
from mmhub.plugins import Offers
from mmhub.recipe import Column, Recipe, Step


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
    chains: dict[str, list[str]] = {name: [] for name in modalities}
    chosen = [(step, _operator(step, offers, modalities)) for step in recipe.steps]
    for step, operator in chosen:
        if isinstance(operator, Cleaner) and operator.repair:
            for name in _fields(step, operator, columns):
                made = _made(step, operator, (name,), "repair", chain=chains[name], modalities=modalities)
                chains[name].append(made.key)
                bound.append(made)
    encoders = [(step, operator) for step, operator in chosen if isinstance(operator, Encoder)]
    for step, operator in chosen:
        bound.extend(
            _bound_step(step, operator, columns, modalities, chains, encoders, embedded=embedded, download=download)
        )
    bound = [_imputing(_about(each, bound), recipe) for each in bound]
    muted = tuple(each.name for each in bound if embedded and each.kind in ("vectors", "encode") and each.rules)
    bound = [replace(each, rules=()) if each.name in muted else each for each in bound]
    segment = _segmenting(recipe, offers, modalities)
    distinct = {name: rule for name, column in columns.items() if (rule := checked_distinct(name, column.distinct))}
    for each in bound:
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


def fact_key(parts: Mapping[str, Any]) -> str:
    """Return the key of facts that depend on ``parts`` and on nothing else."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


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


def _fields(step: Step, operator: Cleaner | Encoder, columns: Mapping[str, Column]) -> list[str]:
    """Return the fields a step reads: those it names, or all of a modality its operator understands."""
    understood = (operator.modality,) if isinstance(operator, Cleaner) else operator.modalities
    names = step.fields or tuple(name for name, column in columns.items() if column.modality in understood)
    for name in names:
        if columns[name].modality not in understood:
            raise RecipeError(
                f"step {step.called!r} cannot read field {name!r}: it holds {columns[name].modality}, "
                f"and {operator.name!r} reads {' or '.join(understood)}"
            )
    if not names:
        raise RecipeError(f"step {step.called!r} finds no field that holds {' or '.join(understood)}")
    return list(names)


def _bound_step(
    step: Step,
    operator: Operator,
    columns: Mapping[str, Column],
    modalities: Mapping[str, Modality],
    chains: Mapping[str, list[str]],
    encoders: Sequence[tuple[Step, Encoder]],
    *,
    embedded: bool,
    download: bool,
) -> list[Bound]:
    """Return what one step measures or encodes, once for each field it reads."""
    if isinstance(operator, Aligner):
        return [_alignment(step, operator, columns, modalities, chains, encoders)]
    if isinstance(operator, Cleaner):
        if not operator.measure:
            return []
        names = _fields(step, operator, columns)
        return [
            _made(
                step,
                operator,
                (name,),
                "measure",
                chain=chains[name],
                modalities=modalities,
                alone=len(names) == 1,
            )
            for name in names
        ]
    assert isinstance(operator, Encoder)
    names = _fields(step, operator, columns)
    return [
        _encoding(
            step,
            operator,
            name,
            chains[name],
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
    rules = checked_rules(step, operator) if kind != "repair" else ()
    return Bound(
        name if kind != "repair" else f"repair:{name}",
        step.called,
        kind,
        fields,
        operator,
        options,
        key,
        rules,
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


def _alignment(
    step: Step,
    operator: Aligner,
    columns: Mapping[str, Column],
    modalities: Mapping[str, Modality],
    chains: Mapping[str, list[str]],
    encoders: Sequence[tuple[Step, Encoder]],
) -> Bound:
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
    options = checked_options(step, operator.options)
    rules = checked_rules(step, operator)
    of = _compared(step, encoders, columns) if operator.reads == "vectors" else None
    key = fact_key(
        {
            "kind": "pair",
            "operator": operator.name,
            "version": operator.version,
            "options": options.model_dump(mode="json"),
            "modalities": [[modalities[name].name, modalities[name].version] for name in step.fields],
            "repairs": [list(chains[name]) for name in step.fields],
        }
    )
    kind: Kind = "vectors" if of else "pair"
    return Bound(step.called, step.called, kind, (left, right), operator, options, key, rules, of=of)


def _compared(step: Step, encoders: Sequence[tuple[Step, Encoder]], columns: Mapping[str, Column]) -> tuple[str, str]:
    """Return the names of the two encodings a step compares: those one encoder step makes of both its fields."""
    both = {
        each.called: names
        for each, encoder in encoders
        if set(step.fields) <= set(names := _fields(each, encoder, columns))
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


def _segmenting(recipe: Recipe, offers: Offers, modalities: Mapping[str, Modality]) -> Bound | None:
    step = recipe.segment
    if step is None:
        return None
    operator = offers.operator(step.use)
    if not isinstance(operator, Segmenter):
        raise RecipeError(f"{step.use!r} does not cut rows: it belongs among the steps")
    names = step.fields or tuple(name for name, found in modalities.items() if found.name == operator.modality)
    if len(names) != 1 or names[0] not in modalities or modalities[names[0]].name != operator.modality:
        raise RecipeError(
            f"the segmenter {step.use!r} cuts by one field that holds {operator.modality}: name it with `fields`"
        )
    options = checked_options(step, operator.options)
    key = fact_key(
        {
            "kind": "segment",
            "operator": operator.name,
            "version": operator.version,
            "options": options.model_dump(mode="json"),
            "modality": modalities[names[0]].version,
        }
    )
    return Bound(step.called, step.called, "segment", (names[0],), operator, options, key)
