"""A step that fails on whatever it is given ends the build; one that fails on many values, and not on all, does not."""

import pytest

from mmhub import PluginError, Step

MANY = 120
PLACES = [("measure", "thing/facts"), ("repair", "thing/mend"), ("forward", "thing/constant")]


@pytest.mark.parametrize(("where", "step"), PLACES)
def test_a_step_that_fails_on_every_value_ends_the_build(unruly, where, step):
    unruly.put(f"{where} raise {number}" for number in range(MANY))
    with pytest.raises(
        PluginError, match=rf"^{step} failed on each of the first 100 values, .*: it is the step that is"
    ):
        unruly.build()


@pytest.mark.parametrize(("where", "step"), PLACES)
def test_a_step_that_is_known_to_have_worked_may_fail_on_any_number(unruly, where, step):
    unruly.put(["fine"])
    unruly.build()
    unruly.put(["fine", *(f"{where} raise {number}" for number in range(MANY))])
    unruly.build()
    assert unruly.fates() == ["", *["operator-error"] * MANY]
    assert unruly.retry(where="reason=operator-error").report.rows["quarantined"] == MANY


def test_what_an_encoder_prints_while_it_prepares_a_value_is_no_answer_of_a_command(unruly, capsys):
    unruly.put(["prepare chat"])
    assert unruly.build(Step("thing/constant")).rows["kept"] == 1
    said = capsys.readouterr()
    assert (said.out, "what a fine thing" in said.err) == ("", True)
