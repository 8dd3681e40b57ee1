#!/usr/bin/env python
"""Whether what is put together wrongly is found, and how well times are told, over real and generated samples.

    uv run benchmarks/alignment.py --samples DIR [--seed 0] [--only swaps,sync] [--json]

DIR holds real files in folders by where they come from. What is wrong is planted anew for each seed, and thresholds
were chosen on one half of the files and are scored on the other. ``value`` is the share of answers that are right, or
the figure that the note names; ``coverage`` the share of trials that were answered at all, as operators abstain where
they are unsure.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from evidence.command import asked, figure, measured, reach, show
from evidence.rated import Rated

PARTS = ("swaps", "sync", "subtitles", "words", "encoders")


def main() -> None:
    """Measure and print one table, or one JSON object."""
    given = asked(__doc__, PARTS)
    show(measured(given), given, ("what", "value", "95 %", "answered", "n", ""), _cells)


def _cells(row: Rated) -> tuple[str, ...]:
    return row.slug, figure(row.value), reach(row.interval), figure(row.coverage), str(row.n), row.note


if __name__ == "__main__":
    main()
