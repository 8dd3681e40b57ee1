"""`mmhub tune`: what is foretold of another threshold is what a build with it comes to."""

import json
import sys

import numpy as np
import pyarrow as pa
import pytest
import yaml
from bench import OFFERS
from hypothesis import given
from hypothesis import strategies as st

from mmhub import Rule, plugins
from mmhub.cli import main
from mmhub.decide.rules import failing
from mmhub.tuning.spread import deciding, histogram


@pytest.fixture
def mmhub(bench, monkeypatch, capsys):
    """A function that runs a command with the fake plugin alone, and returns its status, output and errors."""
    monkeypatch.setattr(plugins, "discover", lambda: OFFERS)
    monkeypatch.setenv("MMHUB_HOME", str(bench.store))
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["mmhub", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return (int(ended.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def recipe(bench, tmp_path):
    """A recipe over thirty notes from 3 to 32, some of them twice."""
    bench.put([f"note {3 + n % 25}" for n in range(30)] + ["torn"], text="a word")
    bench.recipe()
    values = {
        "name": "notes",
        "source": {"use": "notes", "options": {"data_dir": str(bench.folder)}},
        "fields": {"note": {"modality": "note"}, "text": {"modality": "words"}},
        "steps": [{"use": "note/number"}, {"use": "note/marks"}, {"use": "note/gap", "fields": ["note", "text"]}],
    }
    path = tmp_path / "notes.yaml"
    path.write_text(yaml.safe_dump(values))
    return path


@pytest.fixture
def tuned(mmhub, recipe):
    """A function that returns what is foretold as plain data, once the rows have been measured."""
    assert mmhub("build", recipe, "--workers", 1)[0] == 0

    def tune(*arguments):
        status, out, _ = mmhub("tune", recipe, *arguments, "--json")
        assert status == 0
        return json.loads(out)

    return tune


def rebuilt(mmhub, recipe, settings):
    given = [word for setting in settings for word in ("--set", setting)]
    _, out, _ = mmhub("build", recipe, "--workers", 1, "--json", *given)
    return json.loads(out)


@pytest.mark.parametrize(
    ("asked", "settings"),
    [
        (("note/number", "--at-least", 15), ["note/number.too-small.at_least=15.0"]),
        (("note/number", "--at-least", 2.5), ["note/number.too-small.at_least=2.5"]),
        (("note/number.too-small", "--at-most", 20), ["note/number.too-small.at_most=20.0"]),
        (("note/number.outlying", "--at-most", 1), ["note/number.outlying=on", "note/number.outlying.at_most=1.0"]),
        (("note/gap", "--at-most", 9), ["note/gap.high-gap.fact=gap", "note/gap.high-gap.at_most=9.0"]),
    ],
)
def test_what_is_foretold_is_what_a_build_with_that_setting_comes_to(mmhub, recipe, tuned, asked, settings):
    trial = tuned(*asked)["trial"]
    assert trial["set"] == settings
    before = rebuilt(mmhub, recipe, [])
    after = rebuilt(mmhub, recipe, settings)
    assert trial["kept"] == after["rows"]["kept"]
    assert trial["more"] - trial["fewer"] == after["rows"]["kept"] - before["rows"]["kept"] != 0
    assert trial["unmeasured"] == 0


def test_every_other_threshold_keeps_what_a_build_with_it_keeps(mmhub, recipe, tuned):
    others = tuned("note/number")["others"]
    assert len(others) > 3
    assert [each["kept"] for each in others] == [rebuilt(mmhub, recipe, each["set"])["rows"]["kept"] for each in others]
    assert all(each["exact"] for each in others)


def test_it_decodes_nothing_and_makes_no_version(mmhub, bench, recipe, tuned):
    decoded = bench.told("decode")
    tuned("note/number", "--at-least", 20)
    assert bench.told("decode") == decoded
    assert [path.name for path in (bench.store / "versions" / "notes").iterdir()] == ["1.0.0.json"]


def test_rows_that_are_not_measured_are_counted_and_not_judged(mmhub, recipe):
    status, out, _ = mmhub("tune", recipe, "note/number", "--json")
    found = json.loads(out)
    assert (status, found["rows"]["known"], found["unmeasured"]) == (0, 0, 31)
    assert found["histogram"] == []
    assert "31 rows are not measured yet" in mmhub("tune", recipe, "note/number")[1]


def test_the_rows_around_the_threshold_are_told_with_their_fates(tuned):
    around = tuned("note/number")["around"]
    assert [row["value"] for row in around] == [7, 7, 8, 9, 10, 11, 12, 13]
    assert [row["reason"] for row in around] == ["too-small"] * 4 + [""] * 4


def test_a_trial_names_rows_that_change_and_the_setting(mmhub, recipe, tuned):
    _, out, _ = mmhub("tune", recipe, "note/number", "--at-least", 12)
    assert "at least 12: 16 kept, 0 more, 2 fewer" in out
    assert "--set note/number.too-small.at_least=12.0" in out
    assert "◂ tried" in out


def test_a_relative_threshold_is_told_in_units_of_the_fact(tuned):
    found = tuned("note/number.outlying", "--at-most", 1)
    assert (found["relative"], found["bound"]) == ("std", None)
    numbers = [3 + n % 25 for n in range(30) if 3 + n % 25 >= 10]
    assert found["trial"]["threshold"] == pytest.approx(np.mean(numbers) + np.std(numbers))


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("note/numbr", "the recipe has no step 'note/numbr' that finds out anything; did you mean 'note/number'?"),
        ("note/number.numbr", "step 'note/number' has no fact or threshold 'numbr'; did you mean 'number'?"),
        ("note/marks.mark", "note/marks.mark is uint64: a threshold is one of numbers"),
    ],
)
def test_what_cannot_be_tuned_is_named(mmhub, recipe, wanted, message):
    status, _, err = mmhub("tune", recipe, wanted)
    assert (status, err) == (1, f"error: {message}\n")


def test_two_bounds_at_once_are_too_many(mmhub, recipe):
    assert mmhub("tune", recipe, "note/number", "--at-least", 1, "--at-most", 2)[0] == 2


FACTS = st.lists(st.lists(st.none() | st.floats(-10, 10), max_size=3), min_size=1, max_size=8)


@given(FACTS, st.floats(-10, 10), st.sampled_from(["all", "any"]), st.sampled_from(["at_least", "at_most"]))
def test_the_value_that_decides_fails_where_the_rule_does(lists, bound, over, side):
    rows = np.repeat(np.arange(len(lists)), [len(each) for each in lists])
    facts = pa.array([value for each in lists for value in each], pa.float64())
    rule = Rule("fact", reason="x", over=over, **{side: bound})
    values = deciding(rule, side, [(facts, rows)], len(lists))
    failed = values < bound if side == "at_least" else values > bound
    assert failed.tolist() == failing(rule, facts, rows, len(lists)).tolist()


@given(st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), max_size=60), st.integers(1, 30))
def test_a_histogram_counts_every_known_value_once(values, bins):
    found = np.array(values)
    kept = np.arange(len(found)) % 2 == 0
    known = ~np.isnan(found)
    ranges = histogram(found, kept, bins=bins)
    assert sum(each["rows"] for each in ranges) == known.sum()
    assert sum(each["kept"] for each in ranges) == (known & kept).sum()
