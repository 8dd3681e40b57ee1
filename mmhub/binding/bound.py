"""A step of a recipe bound to the fields it reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from mmhub.operators import (
    Aligner,
    Cleaner,
    Distinct,
    Fact,
    Modality,
    Operator,
    Options,
    PairOptions,
    Rule,
    SpanOptions,
)

if TYPE_CHECKING:
    from mmhub.models.weights import Weights
    from mmhub.recipes.recipe import Column, Index

Kind = Literal["decode", "repair", "measure", "pair", "vectors", "encode", "fuse", "segment"]


SCORES = (
    Fact(name="isolation", dtype="float64", summary="Anomaly score of the vector by an isolation forest, 0 to 1."),
    Fact(name="reconstruction", dtype="float64", summary="Error of an autoencoder with the vector, in deviations²."),
)
"""What is found out about the vectors of an encoder where a rule asks for it: how unlike the others each is."""


@dataclass(frozen=True)
class Bound:
    """A step bound to the fields it reads. ``key`` names the folder of its facts.

    ``of`` holds, for an alignment of vectors, the names of the two encodings it compares, and for a fuser of those it
    puts together. ``beside`` holds, for a segmenter, the fields that are cut with the first, and for other steps those
    that repairs of pairs looked at before: what is found out depends on their values, too. ``partner`` is the field
    that such a repair looks at itself. ``publish`` names the facts that are columns of the dataset, and ``index`` the
    kind of index by which its vectors are found.
    """

    name: str
    step: str
    kind: Kind
    fields: tuple[str, ...]
    operator: Operator | Modality
    options: Options
    key: str
    rules: tuple[Rule | Distinct, ...] = ()
    weights: "Weights | None" = None
    of: tuple[str, ...] | None = None
    modality: str = ""
    impute: str = ""
    beside: tuple[str, ...] = ()
    partner: str = ""
    publish: tuple[str, ...] = ()
    index: "Index | None" = None

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What the step finds out, vectors aside."""
        if not isinstance(self.operator, Cleaner | Aligner):
            return ()
        return self.operator.repair_facts if self.kind == "repair" else self.operator.facts

    @property
    def spread(self) -> tuple[str, ...]:
        """For a segmenter: the fields of which a row has a value for each of its segments."""
        return self.options.fields if isinstance(self.options, SpanOptions) else ()

    @property
    def filled(self) -> tuple[str, ...]:
        """For a segmenter: the fields it fills, which a source need not have."""
        begin = self.options.begin if isinstance(self.options, SpanOptions) else ""
        return (*self.beside, begin) if begin else self.beside

    @property
    def wide(self) -> tuple[str, ...]:
        """The names of those facts that hang on the whole dataset."""
        return tuple(fact.name for fact in self.facts if fact.over == "dataset")

    @property
    def pooled(self) -> str:
        """How the facts of several pairs of a row are made into one, empty where each has its own."""
        pooling = self.options.pooling if isinstance(self.options, PairOptions) and self.of else "each"
        return "" if pooling == "each" else pooling

    def is_late(self, rule: Rule) -> bool:
        """Whether a rule is fitted to, or reads facts that hang on, the rows that absolute rules leave."""
        return rule.relative is not None or rule.fact in self.wide

    @property
    def scores(self) -> tuple[Fact, ...]:
        """What rules ask about its vectors, which is found out from those of all units when it is decided."""
        asked = {rule.fact for rule in self.rules} if self.kind == "encode" else set()
        return tuple(fact for fact in SCORES if fact.name in asked)


@dataclass(frozen=True)
class Bindings:
    """All that a recipe does, field by field: decode, then repairs, then everything that measures or encodes."""

    columns: "Mapping[str, Column]"
    modalities: Mapping[str, Modality]
    bound: tuple[Bound, ...]
    segment: Bound | None = None
    muted: tuple[str, ...] = ()
    grouping: "Grouping | None" = None
    distinct: Mapping[str, Distinct] = field(default_factory=dict)
    """By field: how one of the units is kept that hold the same value of it."""

    def named(self, name: str) -> Bound:
        """Return the bound step called ``name``."""
        return next(bound for bound in self.bound if bound.name == name)

    def of_kind(self, *kinds: Kind) -> tuple[Bound, ...]:
        """Return the bound steps of some kinds, in the recipe's order."""
        return tuple(bound for bound in self.bound if bound.kind in kinds)

    @property
    def measured(self) -> tuple[Bound, ...]:
        """The bound steps whose facts are kept in the store; alignments of vectors are computed from others."""
        return tuple(bound for bound in self.bound if bound.of is None)

    def has_lists(self, bound: Bound) -> bool:
        """Whether a unit may have several values of a fact of ``bound``."""
        return not bound.pooled and any(self.columns[name].many for name in bound.fields)

    def repairs(self, name: str) -> tuple[Bound, ...]:
        """Return the repairs of a field, in order."""
        return tuple(bound for bound in self.of_kind("repair") if bound.fields == (name,))


@dataclass(frozen=True)
class Grouping:
    """What keeps rows together in one split: a rule on duplicates, and the bound steps whose facts it compares."""

    rule: Distinct
    bounds: tuple[Bound, ...]


def told(bound: Sequence[Bound], said: str, name: str, own: Bound | None = None) -> tuple[Bound, Fact] | None:
    """Return the bound step and the fact that ``said`` means: FACT of ``own``, or STEP.FACT, of several on ``name``.

    None where there is no such step or fact, or several on other fields.
    """
    step, dot, fact = said.rpartition(".")
    several = [each for each in bound if step in (each.name, each.step)] if dot else [own] if own else []
    fitting = [(each, known) for each in several for known in each.facts if known.name == fact]
    on_it = [pair for pair in fitting if name in pair[0].fields]
    chosen = on_it or fitting
    return chosen[0] if len(chosen) == 1 else None
