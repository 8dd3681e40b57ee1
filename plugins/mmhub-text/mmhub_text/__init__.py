"""The text modality of mmhub: what it understands, and what it offers to do with texts."""

from collections.abc import Iterable

from mmhub import Cleaner, Encoder, Modality, Segmenter, hookimpl
from mmhub_text.length import LENGTH
from mmhub_text.minhash import MINHASH
from mmhub_text.paragraphs import PARAGRAPHS
from mmhub_text.transformer import TRANSFORMER
from mmhub_text.unicode import UNICODE
from mmhub_text.whitespace import WHITESPACE


@hookimpl
def mmhub_modalities() -> Iterable[Modality]:
    """Name the modality ``text``, whose values are ``str``."""
    return (Modality(name="text", version=1, summary="Text in any language and script."),)


@hookimpl
def mmhub_cleaners() -> Iterable[Cleaner]:
    """Offer repairs of texts, a measure of their length, and signatures that find near duplicates."""
    return (UNICODE, WHITESPACE, LENGTH, MINHASH)


@hookimpl
def mmhub_segmenters() -> Iterable[Segmenter]:
    """Offer to cut texts into paragraphs."""
    return (PARAGRAPHS,)


@hookimpl
def mmhub_encoders() -> Iterable[Encoder]:
    """Offer vectors from any transformer that reads text."""
    return (TRANSFORMER,)
