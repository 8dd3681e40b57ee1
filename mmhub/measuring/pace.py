"""How the measuring pass is cut, and how far it is."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from mmhub.workers.jobs import Limits


@dataclass(frozen=True)
class Pace:
    """How the pass is cut: units per work unit, units per message to a worker, worker processes."""

    unit_rows: int = 512
    chunk_rows: int = 8
    workers: int = 2
    limits: Limits = field(default_factory=Limits)


@dataclass
class Tally:
    """What the pass has done so far.

    ``losses`` counts, by reason, units that faults and absolute rules cost. ``start_seconds`` is how long the
    pass waited for its first worker processes.
    """

    units: int = 0
    decoded: int = 0
    encoded: int = 0
    restarts: int = 0
    start_seconds: float = 0.0
    losses: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Tally") -> "Tally":
        """Return what two passes have done, or two processes."""
        return Tally(
            units=self.units + other.units,
            decoded=self.decoded + other.decoded,
            encoded=self.encoded + other.encoded,
            restarts=self.restarts + other.restarts,
            start_seconds=self.start_seconds + other.start_seconds,
            losses=self.losses + other.losses,
        )

    def __sub__(self, before: "Tally") -> "Tally":
        """Return what has been done since ``before``."""
        return Tally(
            units=self.units - before.units,
            decoded=self.decoded - before.decoded,
            encoded=self.encoded - before.encoded,
            restarts=self.restarts - before.restarts,
            start_seconds=self.start_seconds - before.start_seconds,
            losses=self.losses - before.losses,
        )


Progress = Callable[[Tally], None]
