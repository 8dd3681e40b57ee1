"""What a decision rests on, as one hash: where it is what it was, the outcome is what it was."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from mmhub.facts import fact_keys
from mmhub.libraries import libraries
from mmhub.request import Ready
from mmhub.survey import Survey
from mmhub.tombstones import Tombstones


def basis(
    ready: Ready,
    found: Survey,
    what: Mapping[str, Any],
    buried: Tombstones,
    lists: Sequence[Sequence[str] | None],
    *,
    source: str,
) -> str:
    """Return the hash of all that fates are decided from, short of the facts, which their keys stand for.

    That is every unit as it was read, which ``source`` is the digest of, what of it could not be had, the recipe as
    it is carried out, the ids that it lists, and what was revoked. Another version of mmhub may decide otherwise, and
    so takes part.
    """
    parts = {
        "mmhub": libraries()["mmhub"],
        "source": source,
        "faults": {
            name: [(item, fault.reason, fault.message) for item, fault in sorted(items.faults.items())]
            for name, items in found.units.items.items()
        },
        "wrong": {
            name: [(unit, fault.message) for unit, fault in sorted(faults.items())]
            for name, faults in found.units.faults.items()
        },
        "parents": sorted(found.digests.items()),
        "withheld": sorted(found.withheld),
        "recipe": what,
        "facts": fact_keys(ready.bindings),
        "lists": [None if each is None else sorted(each) for each in lists],
        "revoked": [asdict(each) for each in buried.all],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
