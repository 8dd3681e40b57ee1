"""Rules that compare facts with one another or with a plain field: what they compare has to be there, and to fit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mmhub.binding.bound import Bound, told
from mmhub.errors import RecipeError, near
from mmhub.operators import Best, Distinct, Rule
from mmhub.recipes.recipe import Column


def comparing(one: Bound, bound: Sequence[Bound]) -> Bound:
    """Return a step bound to a field with those of its rules that are about this field.

    Raises RecipeError where one is about a field that the step does not read.
    """
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


def check_compared(bound: Sequence[Bound], columns: Mapping[str, Column], distinct: Mapping[str, Distinct]) -> None:
    """Raise RecipeError where a rule compares with what is not there, or cannot be compared with."""
    for each in bound:
        for said in (rule for rule in each.rules if isinstance(rule, Rule) and rule.like):
            _check_like(said, each, columns)
        for rule in (rule for rule in each.rules if isinstance(rule, Distinct)):
            _check_distinct(f"rule {rule.reason!r} of step {each.step!r}", rule, bound, each.fields[0], each)
    for name, asked in distinct.items():
        _check_distinct(f"`distinct` of field {name!r}", asked, bound, name, None)


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
            f": name it as STEP.FACT, as in `image/size.pixels`{near(rule.keep.fact, known)}"
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
