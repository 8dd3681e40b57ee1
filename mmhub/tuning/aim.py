"""The rule that is to be tuned: which one is meant, what another bound makes of it, and how to ask for that."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mmhub.binding.bound import Bindings, Bound
from mmhub.errors import RecipeError, near
from mmhub.operators import Aligner, Cleaner, Encoder, Fact, Rule
from mmhub.recipes.choices import every_rule
from mmhub.recipes.recipe import Step
from mmhub.request import Ready

Side = Literal["at_least", "at_most"]
_NUMBERS = ("int64", "float32", "float64")


@dataclass(frozen=True)
class Aim:
    """The rule of a step that is tuned, on one side: it may be switched off, or be none of the recipe's yet."""

    step: str
    rule: Rule
    side: Side
    known: bool
    bounds: tuple[Bound, ...]

    @property
    def bound(self) -> float | None:
        """The bound the rule has, in what it counts in; None where it has none, or is switched off."""
        return getattr(self.rule, self.side) if self.rule.on else None

    def at(self, value: float) -> Rule:
        """Return the rule with another bound."""
        if self.side == "at_least":
            return replace(self.rule, on=True, at_least=value)
        return replace(self.rule, on=True, at_most=value)

    def settings(self, value: float) -> list[str]:
        """Return what `--set` is given for another bound."""
        place = f"{self.step}.{self.rule.reason}"
        found = [f"{place}.fact={self.rule.fact}"] if not self.known else []
        found += [f"{place}=on"] if self.known and not self.rule.on else []
        return [*found, f"{place}.{self.side}={value!r}"]

    def in_place(self, bindings: Bindings, rule: Rule) -> Bindings:
        """Return ``bindings`` in which ``rule`` has taken its place, as the recipe with those settings is bound."""
        names = {each.name for each in self.bounds}
        bound = tuple(_with(each, rule) if each.name in names else each for each in bindings.bound)
        return replace(bindings, bound=bound)


def aimed(ready: Ready, wanted: str, side: Side | None) -> Aim:
    """Return what ``wanted`` means: STEP, STEP.FACT or STEP.REASON. Raises RecipeError for nothing, or several.

    Of a fact without a rule, one that drops what has too little of it is thought of; with ``side`` too much.
    """
    step, about = _step(ready, wanted)
    operator = ready.offers.operator(step.use)
    assert isinstance(operator, Cleaner | Aligner | Encoder)
    facts = {fact.name: fact for each in _of(ready, step) for fact in _known(each)}
    rules = [rule for rule in every_rule(step, operator).values() if isinstance(rule, Rule) and rule.one_of is None]
    if about and about not in facts and about not in {rule.reason for rule in rules}:
        known = [*facts, *(rule.reason for rule in rules)]
        raise RecipeError(f"step {step.called!r} has no fact or threshold {about!r}{near(about, known)}")
    meant = _fitting([rule for rule in rules if not about or about in (rule.fact, rule.reason)], side)
    if len(meant) > 1:
        names = " or ".join(f"{step.called}.{rule.reason}" for rule in meant)
        raise RecipeError(f"step {step.called!r} has several thresholds: say which, as in {names}")
    name = meant[0].fact if meant else about or _only(step, facts)
    if facts[name].dtype not in _NUMBERS:
        raise RecipeError(f"{step.called}.{name} is {facts[name].dtype}: a threshold is one of numbers")
    rule = meant[0] if meant else Rule(name, reason=f"{'high' if side == 'at_most' else 'low'}-{_slug(name)}")
    bounds = tuple(each for each in _of(ready, step) if name in {fact.name for fact in _known(each)})
    if muted := [each.name for each in bounds if each.name in ready.bindings.muted]:
        raise RecipeError(f"the rules of {muted[0]!r} are switched off: its scores come from the small embedded models")
    return Aim(step.called, rule, side or _side(rule), bool(meant), bounds)


def _step(ready: Ready, wanted: str) -> tuple[Step, str]:
    """Return the step that is meant, and what of it."""
    steps = {step.called: step for step in ready.recipe.steps if _of(ready, step)}
    for name in sorted(steps, key=len, reverse=True):
        if wanted == name or wanted.startswith(f"{name}."):
            return steps[name], wanted[len(name) + 1 :]
    raise RecipeError(f"the recipe has no step {wanted!r} that finds out anything{near(wanted, steps)}")


def _of(ready: Ready, step: Step) -> list[Bound]:
    return [each for each in ready.bindings.bound if each.step == step.called and _known(each)]


def _known(bound: Bound) -> tuple[Fact, ...]:
    return (*bound.facts, *bound.scores)


def _fitting(rules: Sequence[Rule], side: Side | None) -> list[Rule]:
    """Return the rules that may be meant: those that are on before others, and those that have a bound on this side."""
    on = [rule for rule in rules if rule.on] or list(rules)
    on_side = [rule for rule in on if side is not None and getattr(rule, side) is not None]
    return on_side if len(on) > 1 and on_side else on


def _only(step: Step, facts: dict[str, Fact]) -> str:
    numbers = [name for name, fact in facts.items() if fact.dtype in _NUMBERS]
    if len(numbers) != 1:
        raise RecipeError(
            f"step {step.called!r} has no threshold yet: say which fact, as in "
            + (" or ".join(f"{step.called}.{name}" for name in numbers) or "that of another step: it has no numbers")
        )
    return numbers[0]


def _side(rule: Rule) -> Side:
    return "at_most" if rule.at_least is None and rule.at_most is not None else "at_least"


def _slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower())


def _with(bound: Bound, rule: Rule) -> Bound:
    """Return a bound step with a rule in place of that with its reason, or as its last."""
    reasons = [each.reason for each in bound.rules]
    if rule.reason in reasons:
        return replace(bound, rules=tuple(rule if each.reason == rule.reason else each for each in bound.rules))
    return replace(bound, rules=(*bound.rules, rule))
