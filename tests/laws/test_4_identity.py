"""Same recipe, source, operators and weights give the same identity, however the build goes."""

import random
import shutil

import numpy as np
import pytest
from bench import Bench

from mmhub import Step, load

NOTES = {f"r{n:02d}": f"note {5 + n * 7 % 23}" for n in range(16)} | {"torn": "torn", "sign": "note -14", "gone": None}
STEPS = (
    Step("note/absolute"),
    Step("note/number", rules={"outlying": {"on": True, "at_most": 1.5}}),
    Step("note/marks"),
    Step("words/length"),
    Step("note/gap", fields=("note", "text"), rules={"far": {"fact": "gap", "relative": "robust", "at_most": 5.0}}),
    Step("note/curve"),
)


@pytest.fixture
def filled(bench):
    bench.put(NOTES, text="three words long")
    return bench


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    bench = Bench(folder=folder, store=folder / "store", log=folder / "told")
    bench.put(NOTES, text="three words long")
    bench.build(*STEPS)
    return bench


@pytest.fixture(scope="module")
def plain(undisturbed):
    """The identity of an undisturbed build, and its vectors."""
    return undisturbed.build(*STEPS).identity, vectors(undisturbed)


@pytest.fixture
def warm(filled, undisturbed):
    """The same rows, and a store that knows most of what is measured here."""
    shutil.copytree(undisturbed.store, filled.store)
    return filled


def vectors(bench):
    rows = load("notes", store=bench.store)["train"].select_columns(["row_id", "note_curve"])
    return {row["row_id"]: row["note_curve"] for row in rows}


@pytest.mark.parametrize("pace", [{"unit_rows": 3, "chunk_rows": 1}, {"unit_rows": 7, "chunk_rows": 5}])
def test_it_does_not_depend_on_how_work_is_cut(filled, plain, paced, pace):
    paced(**pace)
    assert (filled.build(*STEPS).identity, vectors(filled)) == plain


def test_it_does_not_depend_on_the_number_of_workers(filled, plain):
    assert filled.build(*STEPS, workers=2).identity == plain[0]


def test_it_does_not_depend_on_the_order_of_rows(filled, plain):
    random.Random(3).shuffle(filled.rows)
    assert (filled.build(*STEPS).identity, vectors(filled)) == plain


def test_it_does_not_depend_on_what_was_known_before(filled, plain):
    filled.build(STEPS[1], limit=5)
    filled.build(*STEPS[:3], limit=9)
    assert filled.build(*STEPS).identity == plain[0]


def test_it_does_not_depend_on_where_files_lie_or_whether_they_are_files(filled, plain, tmp_path):
    moved = (tmp_path / "notes").rename(tmp_path / "elsewhere")
    filled.folder = moved
    assert filled.build(*STEPS).identity == plain[0]


@pytest.mark.parametrize("stage", ["source", "measure", "decide", "assemble"])
def test_it_does_not_depend_on_an_interruption(filled, plain, paced, stage):
    paced(unit_rows=4)

    def interrupt(at, *_):
        if at == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filled.build(*STEPS, listener=interrupt)
    report = filled.build(*STEPS)
    assert (report.identity, report.version) == (plain[0], "1.0.0")


def test_what_was_measured_before_an_interruption_is_not_measured_again(filled, paced):
    paced(unit_rows=4)
    filled.rows = filled.rows[:16]

    def interrupt(stage, done, *_):
        if stage == "measure" and done > 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filled.build(Step("note/number"), listener=interrupt)
    assert filled.build(Step("note/number")).decoded == 4


def test_the_same_build_again_makes_no_new_version(warm, plain):
    report = warm.build(*STEPS)
    assert (report.unchanged, report.version, report.identity) == (True, "1.0.0", plain[0])


@pytest.mark.parametrize(
    "change",
    [
        lambda bench: (bench.folder / "r03.note").write_text("note 1000"),
        lambda bench: bench.rows[3].update(text="other words"),
        lambda bench: bench.rows[3].update(split="test"),
        lambda bench: bench.rows[3].update(row_id="another"),
        lambda bench: bench.rows.pop(),
    ],
    ids=["bytes", "text", "split", "row_id", "fewer-rows"],
)
def test_it_changes_with_the_source(warm, plain, change):
    change(warm)
    assert warm.build(*STEPS).identity != plain[0]


@pytest.mark.parametrize(
    "setting", ["note/number.too-small.at_least=9", "note/curve.factor=2", "note/marks.repeated=false"]
)
def test_it_changes_with_the_recipe(warm, plain, setting):
    assert warm.build(*STEPS, settings=[setting]).identity != plain[0]


def test_a_vector_does_not_depend_on_its_neighbours(filled):
    filled.build(Step("note/curve"))
    for row_id, vector in vectors(filled).items():
        number = float(NOTES[row_id].split()[1])
        assert np.array_equal(vector, np.float32([np.sin(number), np.cos(number)])), row_id
