"""What a plugin declares, and what the contract says where it is wrong."""

from dataclasses import replace

import mmhub_fakes
import pytest
from breaking import NOTE, NUMBER, aligner, broken, cleaner, gap_by_place
from mmhub_fakes import Note
from pydantic import ConfigDict

from mmhub import Distinct, Fact, Options, PluginError, Rule


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


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"repair_facts": (NUMBER,)}, "'note/fit' declares the fact 'number' twice"),
        ({"repair": gap_by_place, "reads": "vectors"}, "'note/fit' reads vectors, which cannot be repaired: "),
        ({"overall": gap_by_place}, "'note/fit' has `overall` but no facts over the dataset"),
        ({"facts": (replace(NUMBER, over="dataset"),)}, "'note/fit' has facts but no `overall` over the dataset"),
    ],
)
def test_what_an_aligner_declares_fits_together(parts, sentence):
    assert sentence in broken("test_its_facts_are_described", aligner(**parts))
