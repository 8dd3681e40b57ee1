"""Whether a name says what a label says, such as the name of a file and the class of what is in it."""

import re
from collections.abc import Sequence

from mmhub import Aligner, Columns, Fact, Options, Rule

_PART = re.compile(r"[^\W\d_]+|\d+")


def naming(names: Sequence[str], labels: Sequence[str], options: Options) -> Columns:
    """Return whether each name holds all parts of its label, one after the other; None where the label has none.

    Parts are runs of letters or of digits, whatever their case, so that ``train/Dog_Barking-0012.wav`` names ``dog
    barking`` and ``0012``.
    """
    return {"named": [_is_named(name, label) for name, label in zip(names, labels, strict=True)]}


def _is_named(name: str, label: str) -> bool | None:
    parts, wanted = _parts(name), _parts(label)
    if not wanted:
        return None
    return any(parts[start : start + len(wanted)] == wanted for start in range(len(parts) - len(wanted) + 1))


def _parts(text: str) -> list[str]:
    return _PART.findall(text.casefold())


NAMING = Aligner(
    name="text/naming",
    version=1,
    modalities=(("text", "text"),),
    summary="Whether a name, such as that of a file, holds a label or an id.",
    facts=(Fact(name="named", dtype="bool", summary="Whether the name holds the label."),),
    measure=naming,
    rules=(Rule("named", reason="misnamed", one_of=(True,)),),
)
