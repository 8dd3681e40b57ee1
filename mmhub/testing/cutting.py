"""Whether the segments of a value stand in order."""

from collections.abc import Iterator
from itertools import pairwise

from mmhub.operators import Segment, Segmenter
from mmhub.testing.trial import Trial


def check_segments(segmenter: Segmenter, trial: Trial) -> Iterator[str]:
    """Yield which segments are empty, out of order, or others when a value is cut again."""
    options = trial.chosen(segmenter)
    for number, value in enumerate(trial.values(segmenter.modality)):
        where = f"{segmenter.name!r}: sample {number}"
        segments = list(segmenter.cut(value, options))
        if not all(isinstance(each, Segment) for each in segments):
            yield f"{where} is cut into {segments!r}: expected mmhub.Segment"
            continue
        if any(each.end <= each.start or not each.value for each in segments):
            yield f"{where} has a segment with nothing in it"
        if any(later.start < earlier.start for earlier, later in pairwise(segments)):
            yield f"{where} has segments out of order"
        if list(segmenter.cut(value, options)) != segments:
            yield f"{where} is cut otherwise the second time"
