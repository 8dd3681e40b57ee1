"""Runs of white space of any kind, made one space."""

import re
from collections.abc import Sequence

from mmhub import Cleaner, Options


class WhitespaceOptions(Options):
    """Which white space means something."""

    keep_lines: bool = False
    """Whether line breaks stay: spaces are then collapsed within each line, and blank lines to one."""


def collapsed(texts: Sequence[str], options: WhitespaceOptions) -> list[str | None]:
    """Return each text with every run of Unicode white space as one space and none at its ends.

    No-break and ideographic spaces count as white space. ``None`` stands where nothing changed.
    """
    collapse = _each_line if options.keep_lines else _one_line
    after = map(collapse, texts)
    return [None if new == old else new for old, new in zip(texts, after, strict=True)]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _each_line(text: str) -> str:
    lines = "\n".join(_one_line(line) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")


WHITESPACE = Cleaner(
    name="text/whitespace",
    version=1,
    modality="text",
    summary="Repairs runs of white space, no-break and ideographic spaces among them, into one space.",
    options=WhitespaceOptions,
    repair=collapsed,
)
