"""The questions mmhub asks every plugin, once, when it starts."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

from mmhub.operators import Aligner, Cleaner, Encoder, Fuser, Modality, Segmenter, Source

if TYPE_CHECKING:
    from mmhub.version import Version

hookspec = pluggy.HookspecMarker("mmhub")
hookimpl = pluggy.HookimplMarker("mmhub")


@hookspec
def mmhub_modalities() -> Iterable[Modality]:  # type: ignore[empty-body]
    """Name the kinds of value this plugin understands, such as ``image``."""


@hookspec
def mmhub_sources() -> Iterable[Source]:  # type: ignore[empty-body]
    """Offer places rows come from, such as a folder or a table."""


@hookspec
def mmhub_segmenters() -> Iterable[Segmenter]:  # type: ignore[empty-body]
    """Offer ways to cut one row into segments, such as a text by its paragraphs."""


@hookspec
def mmhub_cleaners() -> Iterable[Cleaner]:  # type: ignore[empty-body]
    """Offer ways to repair, measure or drop single values of one modality."""


@hookspec
def mmhub_aligners() -> Iterable[Aligner]:  # type: ignore[empty-body]
    """Offer ways to relate fields: a score, an offset, a re-timing."""


@hookspec
def mmhub_encoders() -> Iterable[Encoder]:  # type: ignore[empty-body]
    """Offer ways to turn values of one or more modalities into vectors."""


@hookspec
def mmhub_fusers() -> Iterable[Fuser]:  # type: ignore[empty-body]
    """Offer ways to make one vector of several that encoders made of a row."""


@hookspec
def mmhub_built(version: "Version") -> None:
    """Hear that a version was committed."""
