"""What repairs or measures single values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mmhub.operators.distinct import Distinct
from mmhub.operators.fact import Columns, Fact
from mmhub.operators.options import Options
from mmhub.operators.rule import Rule


@dataclass(frozen=True)
class Mended:
    """What a repair returns that has something to say of it: the value, and by name the facts it declares.

    ``value`` is the repaired value, or ``None`` where nothing was wrong. A fact that is left out is absent.
    """

    value: Any
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Cleaner:
    """A way to repair or measure single values of one modality, and the rules by which its facts may drop them.

    ``measure(values, options)`` returns one column per declared fact, as long as ``values``.
    ``repair(values, options)`` returns as many items: a repaired value, or ``None`` where nothing was wrong; or
    either as `Mended`, with the facts that ``repair_facts`` declares, such as by how much.
    ``values`` are what the modality decodes to. Repairs come before all measuring, in the recipe's order.
    Both run in a worker process.
    """

    name: str
    version: int
    modality: str
    summary: str
    options: type[Options] = Options
    facts: tuple[Fact, ...] = ()
    measure: Callable[[Sequence[Any], Any], Columns] | None = None
    repair: Callable[[Sequence[Any], Any], Sequence[Any]] | None = None
    repair_facts: tuple[Fact, ...] = ()
    rules: tuple[Rule | Distinct, ...] = ()
