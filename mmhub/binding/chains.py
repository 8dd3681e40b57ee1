"""What the values of each field go through before anything is found out about them, which later facts depend on."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mmhub.binding.bound import Bound


def fact_key(parts: Mapping[str, Any]) -> str:
    """Return the key of facts that depend on ``parts`` and on nothing else."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True)
class Chains:
    """By field: the keys of its repairs so far, and the other fields that these looked at."""

    keys: dict[str, list[str]]
    beside: dict[str, tuple[str, ...]]

    def tie(self, left: str, right: str, key: str) -> None:
        """Note a repair of ``left`` that looks at ``right``, and so at all that ``right`` was repaired by."""
        self.keys[left].append(key)
        seen = dict.fromkeys((*self.beside[left], right, *self.beside[right]))
        self.beside[left] = tuple(name for name in seen if name != left)

    def tied(self, bound: Bound) -> Bound:
        """Return what measures, relates or encodes values with the other fields that have shaped these."""
        if bound.kind not in ("measure", "pair", "encode"):
            return bound
        seen = dict.fromkeys(other for name in bound.fields for other in self.beside[name])
        return replace(bound, beside=tuple(name for name in seen if name not in bound.fields))
