"""Installing a plugin changes no dataset. Only a recipe does."""

from types import SimpleNamespace

import mmhub_fakes
from bench import OFFERS

from mmhub import Cleaner, Fact, Modality, Rule, Step, hookimpl, plugins
from mmhub.binding.bind import bind


@hookimpl
def mmhub_modalities():
    yield Modality(name="depth", version=1, summary="Another kind of value.", decode=mmhub_fakes.decode)


@hookimpl
def mmhub_cleaners():
    yield Cleaner(
        name="note/strict",
        version=1,
        modality="note",
        summary="Would drop everything.",
        facts=(Fact(name="number", dtype="float64", summary="The number."),),
        measure=mmhub_fakes.numbers,
        rules=(Rule("number", reason="never-good-enough", at_least=1e9),),
    )


ANOTHER = SimpleNamespace(mmhub_modalities=mmhub_modalities, mmhub_cleaners=mmhub_cleaners)
MORE = plugins.collect({"mmhub-fakes": mmhub_fakes, "mmhub-another": ANOTHER})


def test_a_build_has_the_same_identity_with_one_plugin_more(bench, monkeypatch):
    bench.put(["note 11", "note 2", "torn"])
    before = bench.build(Step("note/number"))
    monkeypatch.setattr("bench.OFFERS", MORE)
    after = bench.build(Step("note/number"), store=bench.store.with_name("fresh"))
    assert (after.identity, after.rows) == (before.identity, before.rows)


def test_a_recipe_binds_to_the_same_keys_with_one_plugin_more(bench):
    bench.put([])
    recipe = bench.recipe(Step("note/absolute"), Step("note/number"), Step("note/curve"))
    assert bind(recipe, MORE).bound == bind(recipe, OFFERS).bound


def test_the_template_is_not_among_the_installed_plugins():
    assert "mmhub-template" not in plugins.discover().distributions.values()
