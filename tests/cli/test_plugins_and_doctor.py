import importlib.metadata

import pytest

from mmhub import PluginError, plugins
from mmhub.cli import checks
from mmhub.recipes.scripts import listed


def test_operators_are_listed_by_modality(mmhub, monkeypatch):
    monkeypatch.setattr("mmhub.cli.offered.version", lambda name: "1.0")
    answer = mmhub("plugins", "--json").answer
    assert {"any two", "note", "note with words", "vectors", "words"} == set(answer["operators"])
    number = next(each for each in answer["operators"]["note"] if each["name"] == "note/number")
    assert number["rules"][0]["says"] == "number at least 10"
    assert number["rules"][1]["says"] == "number at most 3 (std), off unless a recipe asks for it"
    assert number["plugin"] == "mmhub-fakes"


def test_one_operator_can_be_asked_for(mmhub, monkeypatch):
    monkeypatch.setattr("mmhub.cli.offered.version", lambda name: "1.0")
    shown = mmhub("plugins", "note/curve").out
    assert "option  factor = 1.0  What numbers are multiplied by." in shown
    assert "note/number" not in shown


def test_an_operator_nobody_offers_is_an_error(mmhub):
    ended = mmhub("plugins", "note/numbr")
    assert (ended.status, ended.err) == (
        1,
        "error: no installed plugin offers 'note/numbr'; did you mean 'note/number'?\n",
    )


def test_recipes_are_listed_with_what_they_are(mmhub, monkeypatch):
    monkeypatch.setattr("mmhub.cli.offered.version", lambda name: "1.0")
    said = {each["name"]: each["summary"] for each in mmhub("plugins", "--json").answer["recipes"]}
    assert list(said) == list(listed())
    assert all(said.values())
    assert "  flickr30k  Flickr30k: photographs of people" in mmhub("plugins", "flickr30k").out
    assert "did you mean 'flickr30k'?" in mmhub("plugins", "flickr30").err


@pytest.fixture
def fit(monkeypatch):
    """A machine whose versions fit, on which nothing is imported to find out."""
    numbers = {"torch": "2.13.0", "torchvision": "0.28.0", "torchaudio": "2.11.0"}
    monkeypatch.setattr(checks, "_version", lambda name: numbers.get(name, "1.0"))
    monkeypatch.setattr(checks, "_imported", lambda name, number: checks.Check("ok", name, number))
    return numbers


def test_a_machine_that_is_fit_ends_with_nought(mmhub, fit):
    ended = mmhub("doctor", "--json")
    assert (ended.status, ended.answer["fit"]) == (0, True)
    assert {check["level"] for check in ended.answer["checks"]} <= {"ok", "warning"}


@pytest.mark.parametrize(
    ("library", "number", "words"),
    [
        ("torch", "2.15.0", "2.15.0 is outside >=2.11,<2.14: `pip install 'torch>=2.11,<2.14'`"),
        ("torchvision", "0.26.0", "0.26.0 does not go with torch 2.13.0: install torchvision 0.28"),
    ],
)
def test_versions_that_do_not_fit_are_a_problem(mmhub, fit, library, number, words):
    fit[library] = number
    ended = mmhub("doctor", "--json")
    assert ended.status == 1
    assert ["problem", library, words] in [list(check.values()) for check in ended.answer["checks"]]


def test_a_plugin_that_does_not_load_is_a_problem(mmhub, fit, monkeypatch):
    def broken():
        raise PluginError("the plugin 'mmhub-broken' cannot be imported")

    monkeypatch.setattr(plugins, "discover", broken)
    ended = mmhub("doctor")
    assert ended.status == 1
    assert "the plugin 'mmhub-broken' cannot be imported" in " ".join(ended.out.split())


def test_looking_at_a_store_does_not_make_it(mmhub, fit, tmp_path):
    ended = mmhub("doctor", "--store", tmp_path / "new", "--json")
    words = next(check["words"] for check in ended.answer["checks"] if check["subject"] == "store")
    assert words.endswith("free; the first build makes it")
    assert not (tmp_path / "new").exists()


def test_a_library_that_cannot_be_imported_is_a_problem(monkeypatch):
    def broken(name):
        raise OSError("libcudart.so.13: cannot open shared object file\nmore")

    monkeypatch.setattr(importlib, "import_module", broken)
    assert checks._imported("torchaudio", "2.11.0") == (
        "problem",
        "torchaudio",
        "2.11.0 is installed and cannot be imported: OSError: libcudart.so.13: cannot open shared object file",
    )


def test_plugins_lists_the_sources_with_their_options(mmhub, monkeypatch):
    monkeypatch.setattr("mmhub.cli.offered.version", lambda name: "1.0")
    told = mmhub("plugins").out
    assert told.index("\nsources\n") > told.index("note/number")
    assert "note/number" not in mmhub("plugins", "notes").out
    assert [each["name"] for each in mmhub("plugins", "notes", "--json").answer["sources"]] == ["notes"]
    assert "option  data_dir needed" in mmhub("plugins", "notes").out
