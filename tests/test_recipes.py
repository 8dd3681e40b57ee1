import os
import re
import sys
from dataclasses import replace

import pytest
from bench import OFFERS

from mmhub import Column, From, Options, PluginError, Recipe, RecipeError, Rule, Step
from mmhub.binding.bind import bind
from mmhub.docstrings import meanings
from mmhub.recipes import catalogue, settings
from mmhub.recipes.choices import checked_options, checked_rules
from mmhub.recipes.downloads import Downloads
from mmhub.recipes.recipe import Part

NOTE = {"note": Column(modality="note")}
BASE = """
name: base
licence: cc0-1.0
source: {use: notes}
fields:
  note: {modality: note, required: true}
  text: {modality: words, of: caption}
steps:
  - use: note/number
    rules: {too-small: {at_least: 3}}
  - use: note/curve
    name: curve
    options: {factor: 2.0}
"""


def recipe(*steps, fields=NOTE, **parts):
    return Recipe(name="notes", source=From(use="notes"), fields=fields, steps=steps, **parts)


def refused_values(**values):
    with pytest.raises(RecipeError) as raised:
        catalogue.parsed({"name": "notes", "fields": {"note": {"modality": "note"}}, **values}, "notes.yaml")
    return str(raised.value)


def refused(*steps, **parts):
    with pytest.raises((RecipeError, PluginError)) as raised:
        bind(recipe(*steps, **parts), OFFERS)
    return str(raised.value)


# -- what a recipe may hold ----------------------------------------------------------------------------------------


def test_an_unknown_key_suggests_the_near_one():
    assert refused_values(stepz=[]) == "notes.yaml: unknown key 'stepz'; did you mean 'steps'?"


def test_an_unknown_key_of_a_step_suggests_the_near_one():
    message = refused_values(steps=[{"use": "note/number", "option": {}}])
    assert message == "notes.yaml: unknown key 'steps.0.option'; did you mean 'options'?"


def test_an_unknown_key_of_a_field_suggests_the_near_one():
    message = refused_values(fields={"note": {"modality": "note", "requires": True}})
    assert message == "notes.yaml: unknown key 'fields.note.requires'; did you mean 'required'?"


def test_a_key_that_is_lacking_is_named():
    assert refused_values(steps=[{"name": "nameless"}]) == "notes.yaml: the key 'steps.0.use' is missing"


@pytest.mark.parametrize("name", ["", "two words", "../up", "-dash", "x" * 97])
def test_a_name_that_is_no_file_name_is_refused(name):
    said = refused_values(name=name)
    assert re.match("notes.yaml: name: ('.*' is no name: expected letters|String should have at most)", said)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"steps": ["note/number"]},
            "steps.0: expected keys and values, found 'note/number', as in `- use: image/size`",
        ),
        ({"steps": {"note/number": {}}}, "steps: expected a list, found {'note/number': {}}"),
        ({"fields": {"note": "note"}}, "fields.note: expected keys and values, found 'note'"),
        ({"fields": ["note"]}, "fields: expected keys and values, found ['note']"),
    ],
)
def test_values_of_the_wrong_shape_are_told_with_what_was_expected(values, said):
    assert refused_values(**values) == f"notes.yaml: {said}"


def test_two_steps_of_one_name_are_refused():
    steps = [{"use": "note/number"}, {"use": "note/number"}]
    assert "two steps are called 'note/number': give one of them a name of its own" in refused_values(steps=steps)


def test_one_operator_may_be_two_steps():
    bound = bind(recipe(Step("note/curve", name="near"), Step("note/curve", name="far")), OFFERS).bound
    assert [each.name for each in bound] == ["decode@note", "near", "far"]


def test_a_recipe_is_frozen():
    with pytest.raises(ValueError, match="frozen"):
        recipe().name = "another"


def test_every_key_of_a_recipe_is_described():
    undescribed = [
        f"{part.__name__}.{name}"
        for part in Part.__subclasses__()
        for name, meaning in meanings(part).items()
        if not meaning
    ]
    assert undescribed == []


# -- what it chooses among -----------------------------------------------------------------------------------------


def test_an_operator_no_plugin_offers_suggests_the_near_one():
    assert refused(Step("note/nunber")) == "no installed plugin offers 'note/nunber'; did you mean 'note/number'?"


def test_a_modality_no_plugin_understands_suggests_the_near_one():
    message = refused(fields={"note": Column(modality="node")})
    assert message == "no installed plugin understands the modality 'node'; did you mean 'note'?"


def test_an_unknown_field_suggests_the_near_one():
    message = refused(Step("note/number", fields="not"))
    assert message == "step 'note/number' reads a field 'not' the recipe does not have; did you mean 'note'?"


def test_a_field_of_the_wrong_modality_is_refused():
    fields = {**NOTE, "text": Column(modality="words")}
    assert refused(Step("note/number", fields="text"), fields=fields) == (
        "step 'note/number' cannot read field 'text': it holds words, and 'note/number' reads note"
    )


def test_a_step_without_a_field_to_read_is_refused():
    assert refused(Step("words/length")) == "step 'words/length' finds no field that holds words"


def test_an_unknown_option_suggests_the_near_one():
    message = refused(Step("note/curve", options={"facto": 2}))
    assert message == "step 'note/curve' has no option 'facto'; did you mean 'factor'?"


def test_an_option_of_the_wrong_type_shows_the_value():
    assert refused(Step("note/curve", options={"factor": "big"})).startswith("step 'note/curve': factor = 'big': ")


def test_an_unknown_rule_suggests_the_near_one():
    message = refused(Step("note/number", rules={"to-small": {"at_least": 1}}))
    assert message == (
        "step 'note/number' has no rule 'to-small': a rule of its own names its `fact`; did you mean 'too-small'?"
    )


def test_an_unknown_rule_parameter_suggests_the_near_one():
    message = refused(Step("note/number", rules={"too-small": {"at_lest": 1}}))
    assert message == "rule 'too-small' of step 'note/number' has no parameter 'at_lest'; did you mean 'at_least'?"


def test_a_rule_of_ones_own_reads_a_fact_of_the_operator():
    message = refused(Step("note/number", rules={"odd": {"fact": "nunber", "at_least": 1}}))
    assert message.startswith("rule 'odd' of step 'note/number' reads 'nunber', ")
    assert message.endswith("; did you mean 'number'?")


def test_an_aligner_names_two_fields():
    message = refused(Step("note/gap", fields="note"))
    assert message == "step 'note/gap' relates two fields: name them, as in `fields: [image, caption]`"


def test_an_aligner_refuses_modalities_it_does_not_relate():
    fields = {**NOTE, "other": Column(modality="note")}
    assert refused(Step("note/gap", fields=("note", "other")), fields=fields) == (
        "step 'note/gap' cannot relate note with note: 'note/gap' relates note with words"
    )


def test_an_alignment_of_vectors_needs_an_encoder_of_both_fields():
    fields = {**NOTE, "text": Column(modality="words")}
    message = refused(Step("align/similarity", fields=("note", "text")), fields=fields)
    assert message.startswith("step 'align/similarity' compares 'note' with 'text', but no step encodes both: ")


def test_a_segmenter_does_not_belong_among_the_steps():
    message = refused(Step("words/lines"), fields={"text": Column(modality="words")})
    assert message == "'words/lines' cuts rows: name it under `segment`, not among the steps"


# -- which source --------------------------------------------------------------------------------------------------


def build_refused(bench, **parts):
    bench.put([])
    with pytest.raises(RecipeError) as raised:
        bench.build(parts=parts)
    return str(raised.value)


def test_a_recipe_without_a_source_says_so(bench):
    assert build_refused(bench, source=From()) == "recipe 'notes' has no source: name one under `source: use:`"


def test_an_unknown_source_suggests_the_near_one(bench):
    message = build_refused(bench, source=From(use="note"))
    assert message == "no installed plugin offers the source 'note'; did you mean 'notes'?"


def test_an_unknown_option_of_a_source_suggests_the_near_one(bench):
    message = build_refused(bench, source=From(use="notes", options={"data_directory": "."}))
    assert message == "the source 'notes' has no option 'data_directory'; did you mean 'data_dir'?"


def test_a_source_whose_folder_is_not_named_says_how_to_name_it(bench):
    bench.put([])
    with pytest.raises(RecipeError, match=r"needs 'data_dir': say where with `--data-dir DIR`"):
        bench.build(data_dir=None)


# -- YAML, and `extends:` ------------------------------------------------------------------------------------------


@pytest.fixture
def extended(tmp_path):
    """A function from the YAML of a recipe that extends another to that recipe."""
    (tmp_path / "base.yaml").write_text(BASE)

    def entry(text):
        (tmp_path / "mine.yaml").write_text(f"extends: base.yaml\n{text}")
        return catalogue.entry(str(tmp_path / "mine.yaml")).recipe

    return entry


def test_a_recipe_that_extends_another_is_that_recipe_under_its_own_name(extended, tmp_path):
    base = catalogue.entry(str(tmp_path / "base.yaml")).recipe
    assert extended("") == base.model_copy(update={"name": "mine"})


def test_options_and_rules_are_merged_into_the_step_of_that_name(extended):
    steps = "steps: [{name: curve, options: {factor: 3.0}}, {use: note/number, rules: {outlying: true}}]"
    number, curve = extended(steps).steps
    assert (curve.use, curve.options) == ("note/curve", {"factor": 3.0})
    assert number.rules == {"too-small": {"at_least": 3}, "outlying": True}


def test_steps_of_another_name_are_added_after(extended):
    steps = extended("steps: [{use: note/marks}, {use: note/number, name: again}]").steps
    assert [step.called for step in steps] == ["note/number", "curve", "note/marks", "again"]


def test_steps_are_left_out_by_without(extended):
    assert [step.called for step in extended("without: [curve]").steps] == ["note/number"]


def test_a_step_to_leave_out_that_is_not_there_suggests_the_near_one(extended):
    with pytest.raises(RecipeError, match=r"there is no step 'curves' to leave out; did you mean 'curve'\?"):
        extended("without: [curves]")


def test_a_field_is_left_out_by_null(extended):
    assert list(extended("fields: {text: null}").columns) == ["note"]


def test_a_field_is_renamed_by_of(extended):
    columns = extended("fields: {text: null, caption: {modality: words}}").columns
    assert list(columns) == ["note", "caption"]


def test_a_field_keeps_what_is_not_changed(extended):
    assert extended("fields: {text: {required: true}}").columns["text"] == Column(
        modality="words", of="caption", required=True
    )


def test_a_recipe_may_extend_one_that_extends_another(extended, tmp_path):
    extended("steps: [{use: note/marks}]")
    (tmp_path / "third.yaml").write_text("extends: mine.yaml\nwithout: [note/number]\n")
    steps = catalogue.entry(str(tmp_path / "third.yaml")).recipe.steps
    assert [step.called for step in steps] == ["curve", "note/marks"]


def test_a_recipe_may_extend_a_script_that_comes_with_mmhub(tmp_path):
    (tmp_path / "mine.yaml").write_text("extends: coco\nwithout: [image/noise]\n")
    entry = catalogue.entry(str(tmp_path / "mine.yaml"))
    assert entry.source.name == "coco"
    assert "image/noise" not in [step.called for step in entry.recipe.steps]


def test_an_unknown_key_of_a_recipe_that_extends_another_names_its_file(extended):
    with pytest.raises(RecipeError, match=r"mine\.yaml: unknown key 'wihtout'"):
        extended("wihtout: [curve]")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1, 2]", "holds list, expected keys and values"),
        ("a: {b\nc: 1", "cannot be read: line 2, column 2: expected"),
        ("", "is empty"),
    ],
)
def test_yaml_that_holds_no_recipe_says_so(tmp_path, text, message):
    (tmp_path / "it.yaml").write_text(text)
    with pytest.raises(RecipeError, match=message):
        catalogue.entry(str(tmp_path / "it.yaml"))


@pytest.mark.parametrize(
    "text",
    ["steps: note/number", "steps: [note/number]", "without: 3", "fields: [note]", "steps: [{options: {factor: 1}}]"],
)
def test_a_change_of_the_wrong_shape_is_an_error_of_the_recipe(extended, text):
    with pytest.raises(RecipeError, match=r"mine\.yaml"):
        extended(text)


def test_a_rule_is_switched_on_by_a_key_that_yaml_takes_for_a_truth_value(extended):
    recipe = extended("steps: [{use: note/number, rules: {too-small: {on: true, at_least: 3}, too-large: off}}]")
    rules = {step.use: step.rules for step in recipe.steps}["note/number"]
    assert rules == {"too-small": {"on": True, "at_least": 3}, "too-large": False}


def test_recipes_that_extend_each_other_say_so(tmp_path):
    (tmp_path / "a.yaml").write_text("extends: b.yaml\n")
    (tmp_path / "b.yaml").write_text("extends: a.yaml\n")
    with pytest.raises(RecipeError, match=r"the recipe '.*a\.yaml' extends itself, by way of '.*b\.yaml'"):
        catalogue.entry(str(tmp_path / "a.yaml"))


def test_a_recipe_that_is_not_there_names_those_that_are():
    with pytest.raises(RecipeError, match=r"there is no recipe 'coko': .* or one of .*coco.*; did you mean 'coco'\?$"):
        catalogue.entry("coko")


def test_no_name_at_all_is_no_folder():
    with pytest.raises(RecipeError, match="there is no recipe '': give the path of"):
        catalogue.entry("")


@pytest.mark.parametrize("ending", [".yaml", ".py"])
def test_a_recipe_file_named_without_its_ending_is_meant(tmp_path, ending):
    (tmp_path / f"mine{ending}").write_text("")
    with pytest.raises(RecipeError, match=rf"there is no recipe '.*mine': .*; did you mean '.*mine\{ending}'\?$"):
        catalogue.entry(str(tmp_path / "mine"))


def test_a_recipe_file_that_is_not_there_is_named():
    with pytest.raises(RecipeError, match=r"there is no recipe file 'nowhere\.yaml'"):
        catalogue.entry("nowhere.yaml")


def test_a_script_without_a_recipe_says_what_is_lacking(tmp_path):
    (tmp_path / "empty.py").write_text("")
    with pytest.raises(RecipeError, match=r"has no `recipe = Recipe\(…\)`"):
        catalogue.entry(str(tmp_path / "empty.py"))


@pytest.mark.parametrize("line", ["import nowhere", "recipe = Recipe(", "recipe = Recip()"])
def test_a_script_that_cannot_be_imported_says_why(tmp_path, line):
    (tmp_path / "broken.py").write_text(f"from mmhub import Recipe\n{line}\n")
    with pytest.raises(RecipeError, match="cannot be imported: "):
        catalogue.entry(str(tmp_path / "broken.py"))


def test_a_script_is_read_as_it_is_however_little_and_lately_it_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    names = []
    for name in ("one", "two"):
        (tmp_path / "mine.py").write_text(f'from mmhub import Recipe\nrecipe = Recipe(name="{name}", fields={{}})\n')
        os.utime(tmp_path / "mine.py", (1, 1))
        names.append(catalogue.entry(str(tmp_path / "mine.py")).recipe.name)
    assert names == ["one", "two"]
    assert [path.name for path in tmp_path.iterdir()] == ["mine.py"]


def test_a_script_holds_its_own_source(tmp_path):
    (tmp_path / "mine.py").write_text(
        '"""Three numbers."""\nfrom mmhub import Recipe\nVERSION = 4\nrecipe = Recipe(name="mine", fields={})\n'
        'def rows(options, folder):\n    yield {"row_id": "a"}\n'
    )
    source = catalogue.entry(str(tmp_path / "mine.py")).source
    assert (source.name, source.version, source.summary) == ("mine", 4, "Three numbers.")


# -- `--set` -------------------------------------------------------------------------------------------------------


def changed(*given):
    before = recipe(Step("note/number"), Step("note/marks"), Step("note/curve", name="curve"))
    after = settings.applied(before, given, OFFERS, OFFERS.sources["notes"].options)
    return {step.called: step for step in after.steps}


def test_an_option_is_set():
    assert changed("curve.factor=2.5")["curve"].options == {"factor": 2.5}


def test_a_rule_parameter_is_set_by_its_reason():
    assert changed("note/number.too-small.at_least=40")["note/number"].rules == {"too-small": {"at_least": 40}}


def test_a_rule_parameter_only_one_rule_has_needs_no_reason():
    assert changed("note/marks.within=3")["note/marks"].rules == {"repeated": {"within": 3}}


def test_a_rule_parameter_several_rules_have_needs_a_reason():
    with pytest.raises(RecipeError) as raised:
        changed("note/number.at_least=4")
    assert str(raised.value) == (
        "step 'note/number' has several rules with 'at_least': "
        "write note/number.too-small.at_least or note/number.outlying.at_least"
    )


def test_a_rule_is_switched_off_by_its_reason():
    step = changed("note/number.too-small=false", "note/number.too-small.at_least=3")["note/number"]
    assert step.rules == {"too-small": {"on": False, "at_least": 3}}


def test_a_rule_that_is_set_decides(bench):
    bench.put(["note 11", "note 50"])
    assert bench.build(Step("note/number"), settings=["note/number.too-small.at_least=40"]).dropped == {"too-small": 1}


def test_an_option_of_the_source_is_set():
    made = settings.applied(recipe(), ["source.data_dir=/there"], OFFERS, OFFERS.sources["notes"].options)
    assert made.source.options == {"data_dir": "/there"}


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("curve.facto=2", "step 'curve' has no option or rule parameter 'facto'; did you mean 'factor'?"),
        ("curv.factor=2", "the recipe has no step 'curv'; did you mean 'curve'?"),
        ("curve.factor", "'curve.factor' is no setting: write STEP.KEY=VALUE, as in image/sharpness.at_least=40"),
        ("factor=2", "'factor=2' is no setting: write STEP.KEY=VALUE, as in image/sharpness.at_least=40"),
        (
            "note/number.too-smal.at_least=3",
            "step 'note/number' has no option or rule parameter 'too-smal.at_least'; did you mean 'too-small'?",
        ),
    ],
)
def test_a_setting_that_fits_nothing_suggests_what_is_near(setting, message):
    with pytest.raises(RecipeError) as raised:
        changed(setting)
    assert str(raised.value) == message


def test_a_setting_reaches_the_downloads_of_the_source():
    given = ["source.most_mb=8", "source.allow_hosts=here", "source.storage_options.s3.anon=true"]
    part = settings.applied(recipe(), given, OFFERS, OFFERS.sources["notes"].options).source.downloads
    assert part == Downloads(most_mb=8, allow_hosts=("here",), storage_options={"s3": {"anon": True}})


def test_a_rule_of_an_operator_that_could_never_decide_is_refused():
    operator = OFFERS.operators["note/number"]
    operator = replace(operator, rules=(Rule("nunber", reason="small", at_least=1),))
    said = "has a rule 'small' on a fact 'nunber' that it does not declare; did you mean 'number'?"
    with pytest.raises(RecipeError, match=re.escape(said)):
        checked_rules(Step("note/number"), operator)


class Needing(Options):
    farthest: int


def test_an_option_without_a_default_has_to_be_given():
    with pytest.raises(RecipeError, match=r"^step 'note/number': farthest is not given, and has no default$"):
        checked_options(Step("note/number"), Needing)


def test_a_setting_of_the_source_that_fits_nothing_lists_what_there_is():
    with pytest.raises(
        RecipeError, match=r"no option 'data': it has .*data_dir, connect.*; did you mean 'data_dir'\?$"
    ):
        changed("source.data=x")
    with pytest.raises(RecipeError, match="the downloads of the source cannot take tries = 0: input should be greater"):
        changed("source.tries=0")


# -- lists of ids --------------------------------------------------------------------------------------------------


def test_rows_that_are_not_listed_are_dropped(bench):
    bench.put({"a": "note 11", "b": "note 12", "c": "torn"})
    bench.build(parts={"keep_ids": ("a", "c", "unheard of")})
    assert bench.fates() == {"a": ("kept", ""), "b": ("dropped", "not-listed"), "c": ("quarantined", "torn")}


def test_rows_are_denied_by_a_file_with_one_id_per_line(bench, tmp_path):
    (tmp_path / "denied").write_text("b\n\nc\n")
    bench.put({"a": "note 11", "b": "note 12", "c": "note 13"})
    assert bench.build(parts={"deny_ids": tmp_path / "denied"}).dropped == {"denied": 2}


def test_a_list_of_ids_that_is_not_there_is_named(bench, tmp_path):
    bench.put(["note 11"])
    with pytest.raises(RecipeError, match=r"the list of row ids '.*nowhere' cannot be read: No such file or directory"):
        bench.build(parts={"keep_ids": tmp_path / "nowhere"})
