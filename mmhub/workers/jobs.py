"""What is asked of a worker process, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mmhub.binding.bound import Bound
from mmhub.faults import Fault
from mmhub.operators import Media, Modality
from mmhub.workers.memory import usual_memory_bytes

if TYPE_CHECKING:
    from mmhub.workers.mark import Mark
    from mmhub.workers.work import Work


@dataclass(frozen=True)
class Limits:
    """What one value may cost before it is given up: the time all its steps take, and the memory of its worker."""

    seconds: float = 120.0
    memory_bytes: int = field(default_factory=usual_memory_bytes)


@dataclass(frozen=True)
class Setup:
    """What a worker knows before its first job: the recipe's operators, by their place in ``bound``.

    ``repairs`` holds, by field, the repairs of single values, ``pair_repairs`` those that look at a second field.
    """

    bound: tuple[Bound, ...]
    modalities: dict[str, Modality]
    repairs: dict[str, tuple[int, ...]]
    limits: Limits
    pair_repairs: tuple[int, ...] = ()

    def begin(self, mark: "Mark") -> "Work":
        """Return what a worker does."""
        from mmhub.workers.work import Work

        return Work(self, mark)


@dataclass(slots=True)
class Value:
    """One value to decode, and the places in ``Setup.bound`` of what is wanted of it."""

    field: str
    item: int
    content: str | Media
    wanted: tuple[int, ...]


@dataclass(slots=True)
class Pair:
    """Two values of a row, by their places in ``Job.values``, to relate by the aligner at ``bound``."""

    bound: int
    item: int
    left: int
    right: int


@dataclass(slots=True)
class Job:
    """One unit: its values, and pairs of them. Pairs have places too: those that follow the last value.

    ``given_up`` holds, by place of a value and step, repairs of pairs that are not to be tried any more; ``spans``, in
    ns, where a value is to be cut whose row says so.
    """

    row: int
    values: list[Value]
    pairs: list[Pair] = field(default_factory=list)
    given_up: dict[tuple[int, int], Fault] = field(default_factory=dict)
    spans: Sequence[tuple[int, int]] | None = None


@dataclass(slots=True)
class Repaired:
    """What a repair made of a value: its bytes or text, or ``None`` where nothing was wrong; and its facts."""

    content: bytes | str | None
    facts: Sequence[Any] = ()


@dataclass(slots=True)
class Answer:
    """What was found of one value.

    ``found`` holds, by place in ``Setup.bound``, the facts in the order they are declared, a repair, or a fault;
    ``views`` what encoders read of it. A ``fault`` of the value itself leaves both empty.
    """

    fault: Fault | None = None
    decoded: bool = False
    found: dict[int, Sequence[Any] | Repaired | Fault] = field(default_factory=dict)
    views: dict[int, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Result:
    """The answers to a job: one per value, and one per pair."""

    answers: list[Answer]
    pairs: list[Sequence[Any] | Fault] = field(default_factory=list)
