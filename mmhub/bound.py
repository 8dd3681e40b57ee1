"""A step of a recipe bound to the fields it reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mmhub.models import Weights
from mmhub.operators import Aligner, Cleaner, Distinct, Fact, Modality, Operator, Options, Rule
from mmhub.recipe import Column

Kind = Literal["decode", "repair", "measure", "pair", "vectors", "encode", "segment"]


@dataclass(frozen=True)
class Bound:
    """A step bound to the fields it reads. ``key`` names the folder of its facts.

    ``of`` holds, for an alignment of vectors, the names of the two encodings it compares.
    """

    name: str
    step: str
    kind: Kind
    fields: tuple[str, ...]
    operator: Operator | Modality
    options: Options
    key: str
    rules: tuple[Rule | Distinct, ...] = ()
    weights: Weights | None = None
    of: tuple[str, str] | None = None
    modality: str = ""

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What the step finds out, vectors aside."""
        return self.operator.facts if isinstance(self.operator, Cleaner | Aligner) and self.kind != "repair" else ()


@dataclass(frozen=True)
class Bindings:
    """All that a recipe does, field by field: decode, then repairs, then everything that measures or encodes."""

    columns: Mapping[str, Column]
    modalities: Mapping[str, Modality]
    bound: tuple[Bound, ...]
    segment: Bound | None = None
    muted: tuple[str, ...] = ()

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

    def repairs(self, name: str) -> tuple[Bound, ...]:
        """Return the repairs of a field, in order."""
        return tuple(bound for bound in self.of_kind("repair") if bound.fields == (name,))
