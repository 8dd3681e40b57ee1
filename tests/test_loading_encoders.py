"""Encoders that cannot be loaded, and what each may set for itself alone."""

import sys
from dataclasses import replace

import mmhub_fakes
import numpy as np
import pytest

from mmhub import Column, From, PluginError, Recipe, Step, plugins
from mmhub.binding.bind import bind
from mmhub.encoding.apart import Apart
from mmhub.encoding.loaded import load
from mmhub.errors import ModelError
from mmhub.models import weights
from mmhub.operators import ModelOptions
from mmhub.workers.jobs import Limits, Setup
from mmhub.workers.work import Work

CURVE = next(iter(mmhub_fakes.mmhub_encoders()))


def bound_to(**parts):
    offers = plugins.collect({"mmhub-fakes": mmhub_fakes})
    offers.operators["note/curve"] = replace(CURVE, **parts)
    recipe = Recipe(
        name="notes", source=From(use="notes"), fields={"note": Column(modality="note")}, steps=(Step("note/curve"),)
    )
    return bind(recipe, offers).of_kind("encode")[0]


def refuse(*_):
    raise ZeroDivisionError("asked to")


class Numberless(mmhub_fakes.Curve):
    batch_size = 0


def test_a_model_that_cannot_be_loaded_is_an_error_that_names_its_step():
    with pytest.raises(PluginError, match=r"^note/curve cannot be loaded on cpu: ZeroDivisionError: asked to$"):
        load(bound_to(load=refuse), "cpu")


def test_a_model_that_takes_no_values_is_an_error():
    with pytest.raises(PluginError, match=r"its model has batch_size 0, expected a whole number above zero"):
        load(bound_to(load=Numberless), "cpu")


def test_weights_that_a_plugin_fails_to_find_are_an_error_that_names_the_operator():
    message = "the weights of 'note/curve' cannot be had: its plugin fails with ZeroDivisionError: asked to"
    with pytest.raises(ModelError, match=message):
        bound_to(weights=refuse)


def test_a_worker_takes_the_weights_its_build_has_found_without_another_look(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "_remembered", {})
    (tmp_path / "config.json").write_text("{}")
    options = ModelOptions(model=str(tmp_path))
    found = weights.locate(options.model)
    (tmp_path / "config.json").write_text('{"edited": true}')
    bound = replace(bound_to(), options=options, weights=found)
    Work(Setup((bound,), {}, {}, Limits()), None)
    assert weights.locate(options.model) is found


def test_what_an_encoder_prints_is_no_answer_of_a_command(capsys):
    class Talkative(mmhub_fakes.Curve):
        def __init__(self, *given):
            sys.stdout.write("loading\n")
            super().__init__(*given)

        def forward(self, *given):
            sys.stdout.write("encoding\n")
            return super().forward(*given)

    model = Apart(lambda: Talkative(CURVE.options(), None, "cpu"))
    model.forward([{"number": np.zeros(1)}] * 4, 0, "note")
    assert capsys.readouterr() == ("", "loading\nencoding\n")


def test_what_an_encoder_sets_in_torch_holds_for_it_and_for_no_other():
    torch = pytest.importorskip("torch")
    seen = []

    class Settler(mmhub_fakes.Curve):
        def __init__(self, *given):
            torch.set_default_dtype(torch.float64)
            torch.set_grad_enabled(False)
            super().__init__(*given)

        def forward(self, *given):
            seen.append((torch.get_default_dtype(), torch.is_grad_enabled(), torch.get_num_threads()))
            torch.set_num_threads(3)
            return super().forward(*given)

    threads = torch.get_num_threads()
    model = Apart(lambda: Settler(CURVE.options(), None, "cpu"))
    for _ in range(2):
        model.forward([{"number": np.zeros(1)}] * 4, 0, "note")
        assert torch.zeros(1, requires_grad=True).add(1).requires_grad
        assert (torch.get_default_dtype(), torch.get_num_threads()) == (torch.float32, threads)
    assert seen == [(torch.float64, False, threads), (torch.float64, False, 3)]
