"""Which of several units that are alike is kept."""

from typing import Any, Literal

from pydantic import ConfigDict, Field, field_validator
from pydantic.dataclasses import dataclass as checked


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Best:
    """Which of several units that are alike is kept: the one whose fact is highest, or lowest.

    In a list field the best of its values counts. A unit without the fact comes last, and ties go by ``row_id``.
    """

    fact: str
    """A number: a fact of the same operator, or of another step as STEP.FACT (``image/sharpness.sharpness``)."""
    order: Literal["highest", "lowest"] = "highest"
    """Which end is best."""


@checked(frozen=True)
class Distinct:
    """Keep one of the units whose facts are equal, or alike.

    Of 64-bit hashes those are alike that differ in at most ``within`` bits; of MinHash signatures those of which
    a share of ``at_least`` agrees, which estimates the Jaccard similarity of the sets they stand for; of the
    ``vector`` of an encoder those the cosine of whose angle is ``at_least`` so much.

    Units are gone through in order of preference: the splits that do not give way, then what ``keep`` says, then
    ``row_id``. One that repeats a unit that was kept is dropped for ``reason``. So of any two that are kept none
    repeats the other, and nothing is dropped for its likeness to what was itself dropped.
    """

    fact: str
    """The fact that decides; ``vector`` for an encoder."""
    reason: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """Why a unit is dropped, in a word or two joined by hyphens."""
    within: int = Field(default=0, ge=0, le=8)
    """In how many bits two 64-bit hashes may differ and still be alike."""
    at_least: float | None = Field(default=None, gt=0, le=1)
    """What share of two MinHash signatures has to agree, or the cosine of two vectors to be, for them to be alike."""
    keep: Literal["first"] | Best = "first"
    """Which of several is kept: the first by ``row_id``, or the best by a fact, as in ``{fact: size.pixels}``."""
    over: Literal["all", "any"] = "all"
    """In a list field, whether all values of a unit have to be repeated for it to be dropped, or any."""
    pool: bool = False
    """Whether values of all fields a step reads are compared with one another, and not those of each field apart."""
    fields: tuple[str, ...] = ()
    """Of which of the fields a step reads the facts are compared: by default of all."""
    splits: Literal["together", "apart", "guarded"] = "together"
    """Whether all units are compared, or those of one split (``apart``), or of splits only one of which gives way."""
    gives_way: tuple[str, ...] = ("train",)
    """The splits whose units are dropped rather than those of others, the first of them most."""
    on: bool = True
    """Whether the rule applies."""

    @field_validator("fields", "gives_way", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value
