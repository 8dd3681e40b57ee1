"""What is wrong with the values of a recipe, as a sentence."""

from reprlib import repr as shortened
from typing import Any

_MAPPINGS = ("model_type", "model_attributes_type", "dict_type", "dataclass_type")
_LISTS = ("tuple_type", "list_type")


def sentence(problem: Any) -> str:
    """Return what pydantic found wrong, in words of a recipe: the key, what it holds, and what was expected."""
    place, kind = problem["loc"], problem["type"]
    key = ".".join(str(part) for part in place)
    if kind == "missing":
        return f"the key {key!r} is missing"
    if kind in _MAPPINGS:
        example = ", as in `- use: image/size`" if place[:1] == ("steps",) and len(place) == 2 else ""
        return f"{key}: expected keys and values, found {shortened(problem['input'])}{example}"
    if kind in _LISTS:
        return f"{key}: expected a list, found {shortened(problem['input'])}"
    if kind == "string_pattern_mismatch":
        return f"{key}: {problem['input']!r} is no name: expected letters, digits, '.', '_' and '-', no sign first"
    return f"{key + ': ' if key else ''}{problem['msg']}"
