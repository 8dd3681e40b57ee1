"""Modalities that decode and encode as none should, and what the contract says of them."""

import itertools
from dataclasses import replace

from breaking import NOTE, SAMPLES, broken, cleaner
from mmhub_fakes import Note

from mmhub import Undecodable

CALLS = itertools.count()


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


def test_what_a_sample_decodes_to_is_a_value():
    message = broken("test_there_are_sound_samples_of_all_it_reads", modality=replace(NOTE, decode=lambda media: None))
    assert message.splitlines()[0] == "'note' decodes sample 0 to None: expected a value, or that it raises Undecodable"


def test_a_decoder_that_fails_on_a_sample_is_named():
    message = broken("test_there_are_sound_samples_of_all_it_reads", modality=replace(NOTE, decode=lambda media: 1 / 0))
    assert message.splitlines()[0] == "'note' fails on sample 0 with ZeroDivisionError: division by zero"


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
