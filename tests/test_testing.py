"""The contract tests, tried on plugins that keep the contract and on plugins which each break one clause of it."""

import itertools
from dataclasses import replace
from types import ModuleType, SimpleNamespace

import mmhub_fakes
import numpy as np
import pytest
from mmhub_fakes import Note
from offering import offering
from pydantic import ConfigDict

from mmhub import (
    Aligner,
    Cleaner,
    Distinct,
    Encoder,
    Fact,
    Mended,
    Modality,
    Options,
    PluginError,
    Rule,
    Segment,
    Segmenter,
    Undecodable,
)
from mmhub.testing import PluginContract

NOTE = Modality(name="note", version=1, summary="A number.", decode=mmhub_fakes.decode, encode=mmhub_fakes.encode)
SAMPLES = {"note": [b"note 12", b"note 7", b"note 30"], "words": ["one", "three"]}
NUMBER = Fact(name="number", dtype="float64", summary="The number.")
CALLS = itertools.count()


class TestFakes(PluginContract):
    plugin = mmhub_fakes
    samples = SAMPLES
    options = {"notes": {"data_dir": "."}}  # noqa: RUF012
    endless = ("note",)


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
    given = {"name": "note/size", "version": 1, "modality": "note", "summary": "How large it is.", **parts}
    return Cleaner(measure=measure, facts=facts, **given)


# -- declarations --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["size", "note/Size", "note/", "note/size/", "note size", "Note/size"])
def test_an_operator_is_named_by_modality_and_what_it_does(name):
    assert broken("test_its_declarations_are_named", cleaner(name=name)) == (
        f"{name!r} is no name for an operator: expected modality/what-it-does, as in 'image/sharpness'"
    )


def test_a_cleaner_is_named_by_its_own_modality():
    message = broken("test_its_declarations_are_named", cleaner(name="image/size"))
    assert message == "'image/size' works on note: call it 'note/size'"


def test_versions_count_from_one_and_summaries_are_there():
    message = broken("test_its_declarations_are_named", cleaner(version=0, summary=" "))
    assert message.splitlines() == [
        "'note/size' has the version 0: expected a number from 1, raised when facts change",
        "'note/size' has no summary: say in a sentence what it is for",
    ]


def test_a_modality_is_named_by_a_word():
    message = broken("test_its_declarations_are_named", modality=replace(NOTE, name="a note"))
    assert message == "'a note' is no name: expected a word in lower case, as in 'image'"


def test_what_can_be_changed_is_no_declaration():
    message = broken("test_its_declarations_are_frozen_and_can_be_sent_to_a_worker", cleaner(facts=[NUMBER]))
    assert message == "'note/size': facts is a list, which can be changed: expected a tuple"


def test_a_lambda_cannot_be_sent_to_a_worker():
    message = broken(
        "test_its_declarations_are_frozen_and_can_be_sent_to_a_worker", cleaner(measure=lambda notes, options: {})
    )
    assert message.startswith("'note/size': measure cannot be sent to a worker process (")
    assert message.endswith("make it a function of a module, not a lambda or a function within another")


def test_a_decode_function_within_another_cannot_be_sent_to_a_worker():
    def decode(media):
        return Note(1.0)

    message = broken(
        "test_its_declarations_are_frozen_and_can_be_sent_to_a_worker", modality=replace(NOTE, decode=decode)
    )
    assert message.startswith("'note': decode cannot be sent to a worker process")


class Undescribed(Options):
    size: int = 3


class Demanding(Options):
    size: int
    """How large."""


class Loose(Options):
    model_config = ConfigDict(frozen=False)


class Unkeyed(Options):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    thing: object = object()
    """Something."""


def test_options_are_described():
    message = broken("test_its_options_are_described_and_have_defaults", cleaner(options=Undescribed))
    assert message == "'note/size': option 'size' has no description: put a docstring under it"


def test_options_have_defaults():
    message = broken("test_its_options_are_described_and_have_defaults", cleaner(options=Demanding))
    assert message == ("'note/size': option 'size' has no default: give it one, or a value in the contract's `options`")


def test_an_option_without_a_default_may_be_given_by_the_contract():
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        broken(
            "test_its_options_are_described_and_have_defaults",
            cleaner(options=Demanding),
            options={"note/size": {"size": 3}},
        )


def test_options_are_frozen():
    message = broken("test_its_options_are_described_and_have_defaults", cleaner(options=Loose))
    assert message.startswith("'note/size': its options can be changed once made: leave `model_config` as")


def test_options_can_enter_a_key():
    message = broken("test_its_options_are_described_and_have_defaults", cleaner(options=Unkeyed))
    assert message.startswith("'note/size': facts cannot be keyed by its options: ")


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ({"name": "Size"}, "'note/size': 'Size' is no name for a fact: expected lower case, as in 'short_side'"),
        ({"name": "reason"}, "'note/size': a fact cannot be called 'reason': the store keeps a column of that name"),
        ({"dtype": "int32"}, "'note/size': fact 'number' has the dtype 'int32', expected one of "),
        ({"summary": ""}, "'note/size': fact 'number' has no summary: say what it means, with its unit"),
    ],
)
def test_a_fact_can_be_kept_and_understood(fact, sentence):
    assert broken("test_its_facts_are_described", cleaner(facts=(replace(NUMBER, **fact),))).startswith(sentence)


def test_a_fact_is_declared_once():
    message = broken("test_its_facts_are_described", cleaner(facts=(NUMBER, NUMBER)))
    assert "'note/size' declares the fact 'number' twice" in message


def test_a_cleaner_that_measures_declares_facts_and_the_other_way_round():
    assert broken("test_its_facts_are_described", cleaner(facts=())) == "'note/size' has `measure` but no facts"
    message = broken("test_its_facts_are_described", cleaner(measure=None, repair=mmhub_fakes.absolute))
    assert message == "'note/size' has facts but no `measure`"


def test_a_cleaner_does_something():
    assert broken("test_its_facts_are_described", cleaner(measure=None, facts=())) == (
        "'note/size' neither measures nor repairs"
    )


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (Rule("nunber", reason="x", at_least=1), "reads a fact 'nunber' that is not declared; did you mean 'number'?"),
        (Rule("number", reason="x"), "has no bound and drops nothing: expected `at_least`, `at_most` or `one_of`"),
        (Rule("word", reason="x", at_least=1), "sets bounds to 'word', which is a string: expected `one_of`"),
        (Rule("number", reason="x", relative="std"), "is relative to the dataset and has no bound: expected"),
        (Distinct("number", reason="x", at_least=0.5), "counts what agrees of 'number', which is float64: expected"),
        (Distinct("sign", reason="x"), "does not say with `at_least` how much of 'sign' has to agree"),
        (Distinct("number", reason="x", within=2), "counts differing bits of 'number', which is float64: expected"),
    ],
)
def test_a_rule_can_decide(rule, sentence):
    more = {"word": "string", "sign": "minhash"}
    facts = (NUMBER, *(Fact(name=name, dtype=dtype, summary="More.") for name, dtype in more.items()))
    message = broken("test_its_rules_can_decide", cleaner(facts=facts, rules=(rule,)))
    assert message.startswith(f"'note/size': rule 'x' {sentence}")


def test_a_reason_belongs_to_one_rule():
    rules = (Rule("number", reason="x", at_least=1), Rule("number", reason="x", at_most=2))
    with pytest.raises(PluginError, match="has two rules for the reason 'x': rename one"):
        broken("test_its_rules_can_decide", cleaner(rules=rules))


def test_a_reason_that_is_no_slug_is_refused_where_it_is_written():
    with pytest.raises(ValueError, match="reason"):
        Rule("number", reason="Too Small", at_least=1)


def test_a_plugin_that_imports_torch_says_so(tmp_path, monkeypatch):
    (tmp_path / "torch.py").write_text("")
    (tmp_path / "mmhub_hasty.py").write_text("import torch\n")
    monkeypatch.syspath_prepend(tmp_path)
    made = type("Contract", (PluginContract,), {"plugin": ModuleType("mmhub_hasty")})
    with pytest.raises(AssertionError, match="importing 'mmhub_hasty' imports torch: import it where it is used"):
        made().test_importing_it_imports_neither_torch_nor_datasets()


# -- decoding ------------------------------------------------------------------------------------------------------


def decode_anything(media):
    return Note(12.0)


def decode_carelessly(media):
    return Note(float(media.read().split()[1]))


def decode_with_a_bad_slug(media):
    raise Undecodable("Cannot read!", "no")


def decode_by_the_hour(media):
    return Note(float(next(CALLS)))


def decode_by_its_place(media):
    return Note(1.0 if media.path else 2.0)


def encode_badly(note):
    return b"torn"


def encode_to_text(note):
    return "note 12"


def test_empty_and_random_files_are_refused():
    message = broken("test_damaged_files_are_refused", modality=replace(NOTE, decode=decode_anything))
    assert message.splitlines() == [
        f"'note' decodes {what} to Note(number=12.0, words=()): expected Undecodable"
        for what in ("an empty file", "a file of random bytes")
    ]


def test_half_a_file_is_refused():
    message = broken("test_damaged_files_are_refused", samples={"note": [b"note 1234567"]}, endless=())
    assert message == "'note' decodes sample 0 cut in half to Note(number=1.0, words=()): expected Undecodable"


def test_files_said_to_be_damaged_are_refused():
    message = broken("test_damaged_files_are_refused", refused={"note": [b"note 5"]})
    assert message == "'note' decodes `refused` file 0 to Note(number=5.0, words=()): expected Undecodable"


def test_refusing_raises_nothing_but_undecodable():
    message = broken("test_damaged_files_are_refused", modality=replace(NOTE, decode=decode_carelessly))
    assert message.splitlines()[0] == (
        "'note' fails on an empty file with IndexError: list index out of range; expected Undecodable"
    )


def test_the_reason_of_a_refusal_is_a_slug():
    message = broken("test_damaged_files_are_refused", modality=replace(NOTE, decode=decode_with_a_bad_slug))
    assert "'note' refuses an empty file for 'Cannot read!': expected a slug, as in 'not-a-picture'" in message


def test_samples_are_sound():
    message = broken("test_there_are_sound_samples_of_all_it_reads", samples={**SAMPLES, "note": [b"note 1", b"torn"]})
    assert message == "sample 1 of note is refused as 'torn': there is a hole in it"


def test_there_are_samples_of_all_that_is_read():
    message = broken("test_there_are_sound_samples_of_all_it_reads", samples={"note": SAMPLES["note"]})
    assert message == "the contract's `samples` hold 0 values of words: expected two or more that differ"


def test_a_value_decodes_alike_twice():
    message = broken(
        "test_a_value_decodes_alike_every_time", cleaner(), modality=replace(NOTE, decode=decode_by_the_hour)
    )
    assert message.splitlines()[0] == "'note': a value decoded twice has other facts by 'note/size'"


def test_a_value_decodes_alike_from_a_file_and_from_bytes():
    message = broken(
        "test_a_value_decodes_alike_every_time", cleaner(), modality=replace(NOTE, decode=decode_by_its_place)
    )
    assert message == "'note': a value read from a file has other facts by 'note/size' than its bytes"


def test_what_is_encoded_decodes():
    message = broken("test_what_it_encodes_decodes_again", modality=replace(NOTE, encode=encode_badly))
    assert message.splitlines()[0] == ("'note' encodes sample 0 to bytes it refuses as 'torn': there is a hole in it")


def test_what_is_encoded_is_bytes():
    message = broken("test_what_it_encodes_decodes_again", modality=replace(NOTE, encode=encode_to_text))
    assert message.splitlines()[0] == "'note' encodes sample 0 to str: expected bytes"


# -- measuring -----------------------------------------------------------------------------------------------------

MEASURING = "test_it_measures_the_facts_it_declares_of_each_value_alone"


def other_name(notes, options):
    return {"numbers": [note.number for note in notes]}


def too_short(notes, options):
    return {"number": [note.number for note in notes][1:]}


def not_a_number(notes, options):
    return {"number": np.full(len(notes), np.nan)}


def as_text(notes, options):
    return {"number": [str(note.number) for note in notes]}


def fractions(notes, options):
    return {"number": [note.number + 0.5 for note in notes]}


def against_the_largest(notes, options):
    return {"number": [note.number / max(each.number for each in notes) for note in notes]}


def by_place(notes, options):
    return {"number": [float(n) for n, _ in enumerate(notes)]}


def by_the_hour(notes, options):
    return {"number": [float(next(CALLS)) for _ in notes]}


def scribbling(notes, options):
    found = {"number": [note.number for note in notes]}
    for note in notes:
        object.__setattr__(note, "number", note.number + 1)
    return found


@pytest.mark.parametrize(
    ("measure", "sentence"),
    [
        (other_name, "'note/size' declares a fact 'number' and does not return it"),
        (other_name, "'note/size' returns a fact 'numbers' it does not declare"),
        (too_short, "'note/size': fact 'number' has 2 values for 3"),
        (not_a_number, "'note/size': fact 'number' is not a number (NaN): return None where there is no answer"),
        (as_text, "'note/size': fact 'number' is '12.0', a str: float64 is declared"),
        (against_the_largest, "'note/size' gives a value alone other facts than the same value among others"),
        (by_place, "'note/size' gives other facts when values come in another order"),
        (by_the_hour, "'note/size' gives other facts when it is asked again about the same values"),
    ],
)
def test_facts_are_as_declared_and_of_each_value_alone(measure, sentence):
    assert sentence in broken(MEASURING, cleaner(measure)).splitlines()


@pytest.mark.parametrize(
    ("dtype", "sentence"),
    [
        ("int64", "is 12.5, a float: int64 is declared"),
        ("bool", "is 12.5, a float: bool is declared"),
        ("string", "is 12.5, a float: string is declared"),
    ],
)
def test_facts_have_the_type_that_is_declared(dtype, sentence):
    message = broken(MEASURING, cleaner(fractions, facts=(replace(NUMBER, dtype=dtype),)))
    assert message == f"'note/size': fact 'number' {sentence}"


def test_measuring_leaves_a_value_as_it_was():
    message = broken("test_measuring_leaves_a_value_as_it_was", cleaner(scribbling))
    assert message.splitlines() == [
        "'note/size' changes the value it looks at: 'note/size' then finds other facts",
        "'note/size' changes the value it looks at: it is then encoded to other bytes",
    ]


def test_an_aligner_keeps_to_the_same():
    gap = Aligner(
        name="note/gap",
        version=1,
        modalities=(("note", "words"),),
        summary="A gap.",
        facts=(NUMBER,),
        measure=gap_by_place,
    )
    assert broken(MEASURING, gap).startswith("'note/gap' gives other facts when values come in another order")


def gap_by_place(lefts, rights, options):
    return {"number": [float(n) for n, _ in enumerate(lefts)]}


# -- repairing, cutting --------------------------------------------------------------------------------------------

REPAIRING = "test_what_it_has_repaired_needs_no_repair"


def increment(notes, options):
    return [replace(note, number=note.number + 1) for note in notes]


def round_once(notes, options):
    return [replace(note, number=note.number + 0.25) if note.number == int(note.number) else None for note in notes]


def encode_rounded(note):
    return f"note {int(note.number)}".encode()


def only_what_changed(notes, options):
    return [note for note in notes if note.number > 10]


def only_in_company(notes, options):
    return [replace(note, number=-1.0) if len(notes) > 1 and note.number > 20 else None for note in notes]


@pytest.mark.parametrize(
    ("repair", "sentence"),
    [
        (increment, "'note/size' repairs what it has just repaired once more: expected None for its own work"),
        (only_what_changed, "'note/size' returns 2 repairs of 3 values: expected None where all is well"),
        (only_in_company, "'note/size' repairs a value alone and not among others, or the other way round"),
    ],
)
def test_a_repair_is_of_one_value_and_done_once(repair, sentence):
    assert sentence in broken(REPAIRING, cleaner(None, (), repair=repair)).splitlines()


def test_a_repair_lasts_when_it_is_published():
    message = broken(REPAIRING, cleaner(None, (), repair=round_once), modality=replace(NOTE, encode=encode_rounded))
    assert message == (
        "'note/size' repairs what it repaired, once that is encoded once more: expected None for its own work"
    )


def test_a_repair_needs_a_modality_that_is_encoded():
    message = broken(REPAIRING, cleaner(None, (), repair=increment), modality=replace(NOTE, encode=None))
    assert message == "'note/size' repairs note, which has no `encode`: what it repairs could not be published"


def backwards(text, options):
    return [Segment(n, n + 1, text[n]) for n in reversed(range(len(text)))]


def hollow(text, options):
    return [Segment(0, 0, "")]


def strings(text, options):
    return list(text)


def lonely(text, other, options):
    return [Segment(0, 1, text[0])]


def test_segments_have_a_piece_of_every_field_that_is_cut():
    segmenter = Segmenter(name="words/cut", version=1, modality="words", summary="Cuts.", cut=lonely, beside=("words",))
    said = broken("test_its_segments_stand_in_order", segmenter).splitlines()[0]
    assert said == "'words/cut': sample 0 has a segment without a piece of every field: expected 1 others"


@pytest.mark.parametrize(
    ("cut", "sentence"),
    [
        (backwards, "'words/cut': sample 0 has segments out of order"),
        (hollow, "'words/cut': sample 0 has a segment with nothing in it"),
        (strings, "'words/cut': sample 0 is cut into ['o', 'n', 'e']: expected mmhub.Segment"),
    ],
)
def test_segments_stand_in_order(cut, sentence):
    segmenter = Segmenter(name="words/cut", version=1, modality="words", summary="Cuts.", cut=cut)
    assert broken("test_its_segments_stand_in_order", segmenter).splitlines()[0] == sentence


# -- encoding ------------------------------------------------------------------------------------------------------

ENCODING = "test_its_vectors_depend_on_the_value_alone"


class Doubles(mmhub_fakes.Curve):
    def forward(self, batch, bucket, modality):
        return super().forward(batch, bucket, modality).astype(np.float64)


class Narrow(mmhub_fakes.Curve):
    def forward(self, batch, bucket, modality):
        return super().forward(batch, bucket, modality)[:, :1]


class Infinite(mmhub_fakes.Curve):
    def forward(self, batch, bucket, modality):
        return super().forward(batch, bucket, modality) / np.float32(0)


class Sociable(mmhub_fakes.Curve):
    def forward(self, batch, bucket, modality):
        vectors = super().forward(batch, bucket, modality)
        return vectors - vectors.mean(axis=0)


class Shapeless(mmhub_fakes.Curve):
    dim = None


def view_lazily(note, options, modality):
    return lambda: note.number


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"load": Doubles}, "'note/curve' returns vectors of float64: expected an array of float32"),
        ({"load": Narrow}, "'note/curve' returns vectors of shape (4, 1): expected (4, 2), batch_size by dim"),
        ({"load": Infinite}, "'note/curve' has no vector for sample 0 of note: note/curve: the vector is not finite"),
        (
            {"load": Sociable},
            "'note/curve' gives a value of note alone another vector than the same value among others",
        ),
        ({"load": Shapeless}, "'note/curve': its model has no number 'dim'"),
    ],
)
def test_vectors_are_as_declared_and_of_each_value_alone(parts, sentence):
    encoder = replace(next(iter(mmhub_fakes.mmhub_encoders())), **parts)
    assert sentence in broken(ENCODING, encoder).splitlines()


def test_what_an_encoder_sees_can_leave_the_worker():
    encoder = replace(next(iter(mmhub_fakes.mmhub_encoders())), view=view_lazily, load=Constant)
    message = broken(ENCODING, encoder)
    assert message.startswith("'note/curve': what `view` returns cannot leave the worker process (")


class Constant(mmhub_fakes.Curve):
    def prepare(self, view, modality):
        return {"number": np.zeros(1)}


def test_a_contract_names_all_that_is_wrong_at_once():
    message = broken("test_its_declarations_are_named", cleaner(version=0), cleaner(name="size"))
    assert len(message.splitlines()) == 2


def test_a_plugin_may_build_on_the_modalities_of_another():
    plugin = SimpleNamespace(mmhub_cleaners=offering(mmhub_cleaners=[cleaner()]).mmhub_cleaners)
    made = type("Contract", (PluginContract,), {"plugin": plugin, "beside": (mmhub_fakes,), "samples": SAMPLES})()
    made.test_it_measures_the_facts_it_declares_of_each_value_alone()
    made.test_damaged_files_are_refused()


def enlarge(lefts, rights, options):
    return [Mended(replace(left, number=left.number + 1), {}) for left in lefts]


def only_in_pairs(lefts, rights, options):
    return [replace(left, number=-1.0) if len(lefts) > 1 and left.number > 20 else None for left in lefts]


@pytest.mark.parametrize(
    ("repair", "sentence"),
    [
        (enlarge, "'note/fit' repairs what it has just repaired once more: expected None for its own work"),
        (only_in_pairs, "'note/fit' repairs a pair alone and not among others, or the other way round"),
    ],
)
def test_a_repair_of_pairs_keeps_to_the_same(repair, sentence):
    assert sentence in broken(REPAIRING, aligner(repair=repair)).splitlines()


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"repair_facts": (NUMBER,)}, "'note/fit' declares the fact 'number' twice"),
        ({"repair": enlarge, "reads": "vectors"}, "'note/fit' reads vectors, which cannot be repaired: "),
        ({"overall": enlarge}, "'note/fit' has `overall` but no facts over the dataset"),
        ({"facts": (replace(NUMBER, over="dataset"),)}, "'note/fit' has facts but no `overall` over the dataset"),
    ],
)
def test_what_an_aligner_declares_fits_together(parts, sentence):
    assert sentence in broken("test_its_facts_are_described", aligner(**parts))


def aligner(**parts):
    said = {"name": "note/fit", "version": 1, "summary": "A fit.", "facts": (NUMBER,), "measure": gap_by_place}
    return Aligner(**{**said, "modalities": (("note", "words"),), **parts})
