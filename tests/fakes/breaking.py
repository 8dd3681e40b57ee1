"""A contract test, run on a plugin that breaks one clause of it."""

import mmhub_fakes
import pytest
from offering import offering

from mmhub import Aligner, Cleaner, Encoder, Fact, Modality, Segmenter
from mmhub.testing import PluginContract

NOTE = Modality(name="note", version=1, summary="A number.", decode=mmhub_fakes.decode, encode=mmhub_fakes.encode)
SAMPLES = {"note": [b"note 12", b"note 7", b"note 30"], "words": ["one", "three"]}
NUMBER = Fact(name="number", dtype="float64", summary="The number.")


def broken(test, *operators, modality=NOTE, **contract):
    """Return what a contract test says of a plugin that offers some operators beside a modality."""
    kinds = {
        "mmhub_cleaners": Cleaner,
        "mmhub_aligners": Aligner,
        "mmhub_encoders": Encoder,
        "mmhub_segmenters": Segmenter,
    }
    words = Modality(name="words", version=1, summary="A text.")
    answers = {hook: [each for each in operators if isinstance(each, kind)] for hook, kind in kinds.items()}
    plugin = offering(mmhub_modalities=[modality, words], **answers)
    made = type("Contract", (PluginContract,), {"plugin": plugin, "samples": SAMPLES, "endless": ("note",), **contract})
    with pytest.raises(AssertionError) as raised:
        getattr(made(), test)()
    return str(raised.value)


def cleaner(measure=mmhub_fakes.numbers, facts=(NUMBER,), **parts):
    """Return a cleaner that keeps the contract but for what is said otherwise."""
    given = {"name": "note/size", "version": 1, "modality": "note", "summary": "How large it is.", **parts}
    return Cleaner(measure=measure, facts=facts, **given)


def gap_by_place(lefts, rights, options):
    """Return a number that depends on where a pair stands, as no fact should."""
    return {"number": [float(n) for n, _ in enumerate(lefts)]}


def aligner(**parts):
    """Return an aligner of notes and words, with some parts said otherwise."""
    said = {"name": "note/fit", "version": 1, "summary": "A fit.", "facts": (NUMBER,), "measure": gap_by_place}
    return Aligner(**{**said, "modalities": (("note", "words"),), **parts})
