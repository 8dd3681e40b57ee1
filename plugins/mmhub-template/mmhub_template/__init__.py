"""Depth maps: what this plugin understands, and what it offers to do with them."""

from collections.abc import Iterable

from mmhub import Cleaner, Encoder, Modality, hookimpl
from mmhub_template.depth import DEPTH
from mmhub_template.histogram import HISTOGRAM
from mmhub_template.missing import MISSING


@hookimpl
def mmhub_modalities() -> Iterable[Modality]:
    """Name the modality ``depth``, whose values decode to uint16[height, width]."""
    return (DEPTH,)


@hookimpl
def mmhub_cleaners() -> Iterable[Cleaner]:
    """Offer to measure how much of a depth map is missing."""
    return (MISSING,)


@hookimpl
def mmhub_encoders() -> Iterable[Encoder]:
    """Offer vectors of depth maps, made without a model."""
    return (HISTOGRAM,)
