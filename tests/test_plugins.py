from dataclasses import replace
from importlib.metadata import EntryPoint
from types import SimpleNamespace

import mmhub_fakes
import pytest
from offering import offering

from mmhub import Cleaner, Fact, Modality, PluginError, Rule, Step, hookimpl, plugins


def number(name="number/size", **parts):
    facts = (Fact(name="size", dtype="float64", summary="How large it is."),)
    usual = {"modality": "number", "measure": mmhub_fakes.numbers}
    return Cleaner(name=name, version=1, summary="", facts=facts, **{**usual, **parts})


def refused(**collected):
    with pytest.raises(PluginError) as raised:
        plugins.collect(collected)
    return str(raised.value)


def test_what_plugins_offer_is_found_by_name():
    offers = plugins.collect({"mmhub-fakes": mmhub_fakes})
    assert offers.operator("note/number").facts[0].name == "number"
    assert offers.modality("note").decode is mmhub_fakes.decode
    assert offers.distributions["operators:note/number"] == "mmhub-fakes"


def test_two_plugins_offering_one_name_are_both_named():
    one = offering(mmhub_cleaners=[number()])
    message = refused(**{"mmhub-one": one, "mmhub-two": offering(mmhub_cleaners=[number()])})
    assert message == "'mmhub-one' and 'mmhub-two' both offer 'number/size': uninstall one of them"


def test_operators_of_two_kinds_share_one_space_of_names():
    encoder = next(iter(mmhub_fakes.mmhub_encoders()))
    clash = offering(mmhub_cleaners=[number(encoder.name)])
    assert "both offer 'note/curve'" in refused(a=clash, b=mmhub_fakes)


def test_a_modality_may_have_the_name_of_a_source():
    modality = Modality(name="notes", version=1, summary="")
    offers = plugins.collect({"a": offering(mmhub_modalities=[modality]), "b": mmhub_fakes})
    assert offers.modalities["notes"] is modality
    assert "notes" in offers.sources


def test_a_plugin_offering_one_name_twice_is_named():
    assert refused(a=offering(mmhub_cleaners=[number(), number()])) == "'a' offers 'number/size' twice"


def test_an_unknown_operator_suggests_the_near_one():
    offers = plugins.collect({"mmhub-fakes": mmhub_fakes})
    with pytest.raises(PluginError) as raised:
        offers.operator("note/nunber")
    assert str(raised.value) == "no installed plugin offers 'note/nunber'; did you mean 'note/number'?"


def test_an_unknown_modality_suggests_the_near_one():
    offers = plugins.collect({"mmhub-fakes": mmhub_fakes})
    with pytest.raises(PluginError, match=r"understands the modality 'notes'; did you mean 'note'\?"):
        offers.modality("notes")


def test_a_name_near_to_none_is_told_where_all_are_listed():
    offers = plugins.collect({"mmhub-fakes": mmhub_fakes})
    with pytest.raises(PluginError) as raised:
        offers.operator("xyz")
    assert str(raised.value) == "no installed plugin offers 'xyz'; `mmhub plugins` lists those there are"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"version": "1.0"}, "'number/size' of 'a' has the version '1.0': expected a whole number, as in `version=1`"),
        (
            {"facts": Fact(name="size", dtype="float64", summary="")},
            "'number/size' of 'a' has facts that are no tuple: write `facts=(Fact(…),)`, with the last comma",
        ),
        (
            {"rules": Rule("size", reason="small", at_least=1)},
            "'number/size' of 'a' has rules that are no tuple: write `rules=(Rule(…),)`, with the last comma",
        ),
    ],
)
def test_a_declaration_that_cannot_work_is_refused_by_name(parts, said):
    assert refused(a=offering(mmhub_cleaners=[replace(number(), **parts)])) == said


def test_a_modality_is_published_as_a_feature_there_is():
    modality = Modality(name="depth", version=1, summary="", feature="Depth")
    said = "'depth' of 'a' has the feature 'Depth': expected one of Image, Audio, Video, Value"
    assert refused(a=offering(mmhub_modalities=[modality])) == said


def test_an_answer_that_is_no_declaration_is_shown():
    assert refused(a=offering(mmhub_cleaners=["sharpness"])) == (
        "'a' answers mmhub_cleaners with 'sharpness', expected mmhub.Cleaner"
    )


def test_a_declaration_of_another_kind_is_refused():
    assert "expected mmhub.Encoder" in refused(a=offering(mmhub_encoders=[number()]))


def test_an_answer_that_cannot_be_gone_through_is_refused():
    said = "expected several of `mmhub.Cleaner`: `yield` each, or return a tuple of them"
    assert refused(a=offering(mmhub_cleaners=None)) == f"'a' answers mmhub_cleaners with None, {said}"
    assert refused(a=offering(mmhub_cleaners=number())).endswith(said)


def test_a_plugin_that_raises_is_named_with_what_it_raised():
    def broken():
        raise ZeroDivisionError("oh")

    assert refused(a=offering(mmhub_cleaners=broken)) == "'a' fails to answer mmhub_cleaners: ZeroDivisionError: oh"


def test_a_plugin_that_raises_half_way_through_its_answer_is_named():
    def broken():
        yield number()
        raise ZeroDivisionError("oh")

    assert refused(a=offering(mmhub_cleaners=broken)) == "'a' fails to answer mmhub_cleaners: ZeroDivisionError: oh"


def test_a_hook_mmhub_does_not_ask_is_named():
    message = refused(**{"mmhub-typo": offering(mmhub_cleaner=[number()])})
    assert message.startswith("the plugin 'mmhub-typo' answers a hook 'mmhub_cleaner' that mmhub does not ask: ")
    assert message.endswith("; did you mean 'mmhub_cleaners'?")


def test_a_hook_that_is_not_marked_is_not_passed_over():
    message = refused(a=SimpleNamespace(mmhub_cleaners=lambda: [number()]))
    assert message.startswith("the plugin 'a' has a function mmhub_cleaners without `@hookimpl`")


def test_a_hook_with_arguments_it_does_not_get_is_named():
    def cleaners(settings):
        return []

    message = refused(a=offering(mmhub_cleaners=cleaners))
    assert message.startswith("the plugin 'a' answers a hook, and not as mmhub asks it: ")
    assert "Argument(s) {'settings'}" in message


def test_hooks_are_asked_once(bench):
    asked = []

    def cleaners():
        asked.append("cleaners")
        return mmhub_fakes.mmhub_cleaners()

    counting = SimpleNamespace(
        mmhub_cleaners=offering(mmhub_cleaners=cleaners).mmhub_cleaners,
        mmhub_modalities=mmhub_fakes.mmhub_modalities,
        mmhub_sources=mmhub_fakes.mmhub_sources,
    )
    offers = plugins.collect({"mmhub-counting": counting})
    offers.operator("note/number")
    offers.operator("note/marks")
    assert asked == ["cleaners"]


def test_plugins_hear_that_a_version_was_committed(bench, monkeypatch):
    heard = []
    listening = SimpleNamespace(
        **{name: hook for name, hook in vars(mmhub_fakes).items() if name.startswith("mmhub_")},
        mmhub_built=hookimpl(lambda version: heard.append(str(version)), specname="mmhub_built"),
    )
    monkeypatch.setattr("bench.OFFERS", plugins.collect({"mmhub-listening": listening}))
    bench.put(["note 11"])
    bench.build()
    bench.build()
    assert heard == ["notes@1.0.0"]


def test_a_function_that_cannot_reach_a_worker_is_refused_before_anything_is_read(bench, monkeypatch):
    cleaner = number("note/size", modality="note", measure=lambda notes, options: {"size": [1.0] * len(notes)})
    listening = offering(
        mmhub_cleaners=[cleaner],
        mmhub_modalities=list(mmhub_fakes.mmhub_modalities()),
        mmhub_sources=list(mmhub_fakes.mmhub_sources()),
    )
    monkeypatch.setattr("bench.OFFERS", plugins.collect({"a": listening}))
    bench.put(["note 11"])
    with pytest.raises(PluginError, match=r"cannot be sent to worker processes: .*lambda.*; a plugin declares"):
        bench.build(Step("note/size"))


def test_plugins_of_one_distribution_are_all_found(monkeypatch):
    points = [EntryPoint(name, module, plugins.GROUP) for name, module in (("a", "mmhub_fakes"), ("b", "mmhub_text"))]
    together = [SimpleNamespace(dist=SimpleNamespace(name="mmhub-two"), name=p.name, load=p.load) for p in points]
    monkeypatch.setattr(plugins, "entry_points", lambda group: together)
    assert {"note", "text"} <= set(plugins.discover().modalities)


def installed(monkeypatch, *points):
    monkeypatch.setattr(plugins, "entry_points", lambda group: [EntryPoint(*point, group) for point in points])


def test_plugins_are_found_by_their_entry_points(monkeypatch):
    installed(monkeypatch, ("notes", "mmhub_fakes"))
    assert "note/number" in plugins.discover().operators


def test_a_plugin_that_cannot_be_imported_is_named_with_the_way_out(monkeypatch):
    installed(monkeypatch, ("lost", "mmhub_that_is_not_there"))
    with pytest.raises(PluginError) as raised:
        plugins.discover()
    assert str(raised.value) == (
        "the plugin 'mmhub_that_is_not_there' cannot be imported: "
        "ModuleNotFoundError: No module named 'mmhub_that_is_not_there'; "
        "repair it, or uninstall it with `pip uninstall mmhub_that_is_not_there`"
    )


def test_a_plugin_that_fails_on_import_is_told_the_line(monkeypatch, tmp_path):
    (tmp_path / "mmhub_torn").mkdir()
    (tmp_path / "mmhub_torn" / "__init__.py").write_text("import mmhub_torn.inner\n")
    (tmp_path / "mmhub_torn" / "inner.py").write_text("from mmhub import Options\nclass A(Options):\n    near = 3\n")
    monkeypatch.syspath_prepend(tmp_path)
    installed(monkeypatch, ("torn", "mmhub_torn"))
    with pytest.raises(PluginError) as raised:
        plugins.discover()
    assert "A non-annotated attribute was detected: `near = 3`" in str(raised.value)
    assert f"({tmp_path}/mmhub_torn/inner.py, line 2); repair it" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_installed_plugins_fit_together():
    offers = plugins.discover()
    assert {"text", "image", "audio", "video"} <= set(offers.modalities)
