"""Large imports, while which nothing is looked through for garbage."""

import gc

import pytest

from mmhub.importing import uncollected


def imported():
    assert not gc.isenabled()
    raise ImportError


def test_garbage_is_not_looked_for_meanwhile_and_is_again_afterwards_whatever_happens():
    with pytest.raises(ImportError), uncollected():
        imported()
    assert gc.isenabled()


def test_who_has_switched_it_off_finds_it_off():
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_imported_meanwhile_counts_as_old_afterwards():
    with uncollected():
        made = [[]]
    assert any(each is made for each in gc.get_objects(generation=2))
