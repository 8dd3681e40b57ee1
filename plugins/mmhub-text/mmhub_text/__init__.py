"""The text modality of mmhub: what it understands, and what it offers to do with texts.

Operators are imported when they are asked for: a worker imports those alone that it was sent.
"""

from collections.abc import Iterable

from mmhub import Aligner, Cleaner, Encoder, Modality, Segmenter, hookimpl


@hookimpl
def mmhub_modalities() -> Iterable[Modality]:
    """Name the modality ``text``, whose values are ``str``."""
    return (Modality(name="text", version=1, summary="Text in any language and script."),)


@hookimpl
def mmhub_cleaners() -> Iterable[Cleaner]:
    """Offer repairs of texts, measures of what they are like, and signatures that find near duplicates."""
    from mmhub_text.case import CASE
    from mmhub_text.damage import DAMAGE
    from mmhub_text.emojis import EMOJI
    from mmhub_text.html import HTML
    from mmhub_text.invisible import INVISIBLE
    from mmhub_text.language import LANGUAGE
    from mmhub_text.length import LENGTH
    from mmhub_text.minhash import MINHASH
    from mmhub_text.personal_data import PERSONAL_DATA
    from mmhub_text.profanity import PROFANITY
    from mmhub_text.quality import QUALITY
    from mmhub_text.repetition import REPETITION
    from mmhub_text.slang import SLANG
    from mmhub_text.spelling import SPELLING
    from mmhub_text.unicode import UNICODE
    from mmhub_text.urls import URLS
    from mmhub_text.whitespace import WHITESPACE

    yield from (UNICODE, INVISIBLE, HTML, URLS, EMOJI, SLANG, CASE, WHITESPACE, PERSONAL_DATA)
    yield from (LENGTH, DAMAGE, LANGUAGE, QUALITY, REPETITION, SPELLING, PROFANITY, MINHASH)


@hookimpl
def mmhub_aligners() -> Iterable[Aligner]:
    """Offer to compare texts that should say the same, and names with labels."""
    from mmhub_text.naming import NAMING
    from mmhub_text.word_errors import WORD_ERRORS

    return (WORD_ERRORS, NAMING)


@hookimpl
def mmhub_segmenters() -> Iterable[Segmenter]:
    """Offer to cut texts into paragraphs."""
    from mmhub_text.paragraphs import PARAGRAPHS

    return (PARAGRAPHS,)


@hookimpl
def mmhub_encoders() -> Iterable[Encoder]:
    """Offer vectors from any transformer that reads text."""
    from mmhub_text.transformer import TRANSFORMER

    return (TRANSFORMER,)
