"""Whether the segments of a value stand in order."""

from collections.abc import Iterator
from itertools import cycle, pairwise
from typing import Any

from mmhub.operators import Segment, Segmenter, SpanOptions
from mmhub.testing.trial import Trial, as_media

_MS = 1_000_000
_SPANS = ((0, 300 * _MS), (100 * _MS, 400 * _MS), (10**18, 2 * 10**18))
"""Two that any sample is long enough for, and one that none is."""


def check_segments(segmenter: Segmenter, trial: Trial) -> Iterator[str]:
    """Yield which segments are empty, out of order, or others when a value is cut again."""
    options = trial.chosen(segmenter)
    for number, values in enumerate(_values(segmenter, trial)):
        where = f"{segmenter.name!r}: sample {number}"
        whole = segments = list(segmenter.cut(*values, options))
        if isinstance(options, SpanOptions):
            if len(whole) != len(_SPANS) or whole[-1] is not None:
                yield f"{where} is cut into {len(whole)} segments: expected one for each span, and None for the last"
                continue
            segments = whole[:-1]
        there = [each for each in segments if isinstance(each, Segment)]
        if len(there) < len(segments):
            yield f"{where} is cut into {segments!r}: expected mmhub.Segment"
            continue
        if any(each.end <= each.start or not each.value for each in there):
            yield f"{where} has a segment with nothing in it"
        if any(len(each.beside) != len(segmenter.beside) for each in there):
            yield f"{where} has a segment without a piece of every field: expected {len(segmenter.beside)} others"
        if any(later.start < earlier.start for earlier, later in pairwise(there)):
            yield f"{where} has segments out of order"
        if list(segmenter.cut(*values, options)) != whole:
            yield f"{where} is cut otherwise the second time"


def _values(segmenter: Segmenter, trial: Trial) -> Iterator[tuple[Any, ...]]:
    """Yield what a segmenter is asked about: each sample of what it cuts, with one of each modality beside it."""
    files = segmenter.reads == "files"
    samples = trial.samples.get(segmenter.modality, ())
    first = [as_media(each) for each in samples] if files else trial.values(segmenter.modality)
    others = [cycle([_SPANS])] if issubclass(segmenter.options, SpanOptions) else []
    others += [cycle(trial.values(name)) for name in segmenter.beside]
    yield from zip(first, *others, strict=False)
