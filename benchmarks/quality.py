#!/usr/bin/env python
"""How many planted defects the operators catch, and how many sound values they lose, over real samples.

    uv run benchmarks/quality.py --samples DIR [--seed 0] [--only image,text] [--json]

DIR holds real files in folders by where they come from: coco/, sounds/, speech/, text/, vggsound/, howto100m/ and
hostile/. Defects are planted anew for each seed. Thresholds are the defaults of the operators, which were chosen on
one half of the files; the figures are those of the other half. Each share stands with its 95 % interval. There are few
photographs and few sounds, and while operators were made all of them were looked at: take the intervals as the least
doubt there is.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from evidence.command import asked, figure, measured, reach, show
from evidence.scoring import Scored, pooled

DAMAGED = ("damaged-text", "damaged/image", "damaged/audio", "damaged/video")
PARTS = ("text", "image", "audio", "video", "duplicates", "outliers")


def main() -> None:
    """Measure and print one table, or one JSON object."""
    given = asked(__doc__, PARTS)
    found = measured(given)
    damaged = [each for each in found if each.slug in DAMAGED]
    if damaged:
        found.insert(0, pooled("damaged", damaged, "files of all kinds measured"))
    show(found, given, ("what", "found", "95 %", "sound lost", "n", "sound", ""), _cells)


def _cells(row: Scored) -> tuple[str, ...]:
    n, clean = str(row.n), str(row.n_clean)
    return row.slug, figure(row.recall), reach(row.interval), figure(row.lost, 4), n, clean, row.note


if __name__ == "__main__":
    main()
