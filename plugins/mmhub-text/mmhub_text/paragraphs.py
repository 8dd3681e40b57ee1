"""A text cut into its paragraphs."""

import re

from pydantic import Field

from mmhub import Options, Segment, Segmenter

_BLANK = re.compile(r"\r?\n(?:[^\S\n]*\n)+")


class ParagraphOptions(Options):
    """Which paragraphs are worth a row."""

    shortest: int = Field(default=1, ge=1)
    """Paragraphs of fewer characters are left out."""


def paragraphs(text: str, options: ParagraphOptions) -> list[Segment]:
    """Return the runs of lines between blank lines, each with its start and end in characters of the text."""
    edges = [(0, 0), *((gap.start(), gap.end()) for gap in _BLANK.finditer(text)), (len(text), len(text))]
    spans = [_trimmed(text, edges[n][1], edges[n + 1][0]) for n in range(len(edges) - 1)]
    return [Segment(start, end, text[start:end]) for start, end in spans if end - start >= options.shortest]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without the white space at its ends."""
    inner = text[start:end]
    start += len(inner) - len(inner.lstrip())
    return start, start + len(inner.strip())


PARAGRAPHS = Segmenter(
    name="text/paragraphs",
    version=1,
    modality="text",
    summary="Cuts a text at its blank lines.",
    options=ParagraphOptions,
    cut=paragraphs,
)
