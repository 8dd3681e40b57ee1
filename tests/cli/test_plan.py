from dataclasses import replace

import pytest
import yaml
from bench import OFFERS

from mmhub import ModelError, ModelOptions, plugins


def steps(answer):
    return {step["step"]: (step["values"], step["known"], step["to_do"]) for step in answer["steps"]}


def test_nothing_is_opened_and_everything_is_to_do(mmhub, recipe, bench):
    answer = mmhub("plan", recipe, "--json").answer
    assert answer["rows"] == {"read": 5, "to_measure": 5}
    assert answer["files"] == 5
    assert answer["bytes"] == sum(path.stat().st_size for path in bench.folder.glob("*.note"))
    assert steps(answer)["note/number"] == (5, 0, 5)
    assert answer["seconds"] is None
    assert bench.told("decode") == []


def test_what_is_known_is_not_to_do(mmhub, recipe):
    mmhub("build", recipe, "--workers", 1)
    answer = mmhub("plan", recipe, "--json").answer
    assert answer["rows"] == {"read": 5, "to_measure": 0}
    assert answer["newest"] == "1.0.0"
    assert steps(answer)["note/number"] == (5, 4, 0)
    assert "every fact is known" in mmhub("plan", recipe).out


def test_how_long_it_takes_is_told_at_the_rate_of_a_former_version(mmhub, recipe, bench):
    mmhub("build", recipe, "--workers", 1)
    (bench.folder / "r000.note").write_text("note 77")
    answer = mmhub("plan", recipe, "--json").answer
    assert answer["rows"]["to_measure"] == 1
    assert answer["rate"]["version"] == "notes@1.0.0"
    assert answer["seconds"] == pytest.approx(1 / answer["rate"]["rows_per_second"], abs=0.06)
    assert "rows/s of notes@1.0.0" in mmhub("plan", recipe).out


def test_a_step_never_timed_has_no_duration(mmhub, recipe, bench):
    mmhub("build", recipe, "--workers", 1)
    values = yaml.safe_load(recipe.read_text())
    recipe.write_text(yaml.safe_dump({**values, "steps": [*values["steps"], {"use": "note/curve"}]}))
    ended = mmhub("plan", recipe)
    assert "how long that takes is not known yet" in ended.out


def test_weights_that_are_not_here_are_named_and_no_error(mmhub, recipe, monkeypatch):
    class Options(ModelOptions):
        model: str = "some/model"

    def lacking(options, download):
        raise ModelError("not cached")

    curve = replace(OFFERS.operator("note/curve"), options=Options, weights=lacking)
    offers = replace(OFFERS, operators={**OFFERS.operators, "note/curve": curve})
    monkeypatch.setattr(plugins, "discover", lambda: offers)
    values = yaml.safe_load(recipe.read_text())
    recipe.write_text(yaml.safe_dump({**values, "steps": [*values["steps"], {"use": "note/curve"}]}))
    answer = mmhub("plan", recipe, "--json").answer
    assert answer["missing_weights"] == [{"step": "note/curve", "model": "some/model", "revision": "main"}]
    assert "the weights of note/curve, some/model (main), are not cached" in mmhub("plan", recipe).out
    tried = mmhub("plan", recipe, "--models", "embedded")
    assert tried.status == 1
    assert "no small weights come with 'note/curve'" in tried.err


def test_a_recipe_that_cuts_rows_says_that_units_are_not_known_yet(mmhub, bench, tmp_path):
    bench.put(["note 12"], text="one\ntwo")
    bench.recipe()
    values = {
        "name": "lines",
        "source": {"use": "notes", "options": {"data_dir": str(bench.folder)}},
        "fields": {"text": {"modality": "words"}},
        "segment": {"use": "words/lines"},
    }
    path = tmp_path / "lines.yaml"
    path.write_text(yaml.safe_dump(values))
    assert mmhub("plan", path, "--json").answer["remarks"] == [
        "words/lines cuts rows first: how many units there are is known then"
    ]
