import csv
import io
import re
import sys

import pytest
from PIL import Image

import mmhub
from mmhub.cli import main
from mmhub.errors import RecipeError, SourceError
from mmhub.plugins import discover
from mmhub.recipes import catalogue
from mmhub.starting.starter import starter

OFFERS = discover()


@pytest.fixture
def new(tmp_path, monkeypatch, capsys):
    """A function that writes a recipe in the folder of the test, and returns it with its text."""
    monkeypatch.chdir(tmp_path)

    def write(*arguments):
        monkeypatch.setattr(sys, "argv", ["mmhub", "new", "recipe", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code in (0, None), capsys.readouterr().err
        path = tmp_path / f"{arguments[0]}.yaml"
        return catalogue.entry(str(path)).recipe, path.read_text()

    return write


def modalities(recipe):
    return {name: ("list of " * column.many) + column.modality for name, column in recipe.columns.items()}


def picture(colour="red"):
    stream = io.BytesIO()
    Image.effect_noise((160, 120), 80).convert("RGB").save(stream, "PNG")
    return stream.getvalue()


def test_a_recipe_for_a_folder_builds_at_once(new, put, tmp_path):
    for name in ("a", "b"):
        put(f"data/images/{name}.png", picture())
        put(f"data/texts/{name}.txt", f"a picture that is called {name} by everyone")
    recipe, text = new("mine", "--from", "folder", "data")
    assert modalities(recipe) == {"image": "image", "text": "text"}
    assert "# - {use: image/clip, fields: [image, text]}" in text
    report = mmhub.build("mine.yaml", store=tmp_path / "store", workers=1)
    assert (report.name, report.rows["read"], report.rows["kept"]) == ("mine", 2, 2)


def test_fields_of_the_usual_layout_are_called_by_what_they_hold(new, put):
    put("data/images/a.jpg")
    put("data/texts/a.json", '{"text": "one"}')
    put("data/audios/a.wav")
    put("data/metadata.csv", "ID,Image_Path,Text_Path,Audio_Path,Label\n1,images/a.jpg,texts/a.json,audios/a.wav,toy\n")
    recipe, _ = new("mine", "--from", "folder", "data")
    assert modalities(recipe) == {"image": "image", "text": "text", "audio": "audio", "label": "string"}


def test_which_of_several_tables_names_the_files_of_a_folder_can_be_said(new, put, tmp_path):
    put("data/a.png", picture())
    put("data/one.csv", "file,caption\na.png,a picture of nothing at all\n")
    put("data/two.csv", "file,label\na.png,noise\n")
    with pytest.raises(SourceError, match=r"one\.csv, two\.csv; say which with `--set source\.metadata=NAME`"):
        starter("mine", "folder", str(tmp_path / "data"), OFFERS)
    recipe, text = new("mine", "--from", "folder", "data", "--set", "source.metadata=two.csv")
    assert modalities(recipe) == {"image": "image", "label": "string"}
    assert "    metadata: two.csv\n" in text


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("source.metdata=a.csv", "the source 'folder' has no option 'metdata'; did you mean 'metadata'?"),
        ("source.anywhere=perhaps", "the source 'folder' cannot take anywhere = 'perhaps'"),
        ("image/size.at_least=3", "'image/size.at_least=3' is no option of the source: write source.KEY=VALUE"),
    ],
)
def test_an_option_that_a_source_has_not_is_said(setting, said, put, tmp_path):
    put("data/a.png", picture())
    with pytest.raises(RecipeError, match=re.escape(said)):
        starter("mine", "folder", str(tmp_path / "data"), OFFERS, [setting])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("file,caption\na.png,one,too many\n", "malformed: rows.csv:2: expected 2 values, found 3"),
        ("file,caption\n", "it holds no row"),
    ],
)
def test_a_table_of_which_nothing_can_be_read_says_why(lines, said, put, tmp_path):
    put("rows.csv", lines)
    with pytest.raises(SourceError, match=re.escape(f"rows.csv': {said}")):
        starter("mine", "table", str(tmp_path / "rows.csv"), OFFERS)


@pytest.mark.parametrize(
    ("kind", "where", "said"),
    [
        ("folder", "nowhere", "there is no folder '{}'"),
        ("folder", "data/rows.csv", "'{0}' is a file: `--from table {0}` reads a table"),
        ("table", "data", "'{0}' is a folder: `--from folder {0}` reads one, with the table in it"),
    ],
)
def test_what_is_not_there_or_is_something_else_is_said_as_it_was_typed(kind, where, said, put, tmp_path):
    put("data/rows.csv", "file,caption\na.png,one\n")
    place = str(tmp_path / where)
    with pytest.raises(SourceError, match=f"^{re.escape(said.format(place))}$"):
        starter("mine", kind, place, OFFERS)


def test_a_table_that_names_no_file_that_is_there_is_told_where_one_is(put, tmp_path):
    put("data/rows.csv", "file,caption\na.png,a picture of nothing at all\n")
    put("data/pictures/a.png", picture())
    (note,) = starter("mine", "table", str(tmp_path / "data/rows.csv"), OFFERS).notes
    assert note == (
        f"no file that 'image' names is there, such as '{tmp_path}/data/a.png': names are relative to the table, "
        f"and one is in '{tmp_path}/data/pictures': put the table there"
    )
    put("data/a.png", picture())
    assert starter("mine", "table", str(tmp_path / "data/rows.csv"), OFFERS).notes == ()


def test_a_folder_is_called_by_its_own_name(put, tmp_path, monkeypatch):
    put("data/a.png", picture())
    monkeypatch.chdir(tmp_path / "data")
    assert 'summary: "What is in data."\n' in starter("mine", "folder", ".", OFFERS).text


def test_a_name_that_no_dataset_can_have_leaves_no_file(monkeypatch, put, tmp_path, capsys):
    put("data/a.png", picture())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["mmhub", "new", "recipe", "my data", "--from", "folder", "data"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "'my data' is no name: expected letters" in capsys.readouterr().err
    assert list(tmp_path.glob("*.yaml")) == []


def test_columns_of_a_table_are_told_by_their_values(new, put, tmp_path):
    rows = [
        ("id", "caption", "year", "score", "page", "zip", "clip"),
        ("1", "a cat that sleeps on a mat", "1999", "0.5", "https://x.org/1", "01234", "a.mp4"),
        ("2", "a dog that does not sleep", "2001", "1", "https://x.org/2", "98765", "b.mp4"),
    ]
    with (tmp_path / "rows.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    recipe, _ = new("mine", "--from", "table", "rows.csv")
    assert modalities(recipe) == {
        "caption": "text",
        "year": "int64",
        "score": "float64",
        "page": "string",
        "zip": "string",
        "clip": "video",
    }


def test_a_table_that_names_files_elsewhere_is_allowed_to(new, put, tmp_path):
    put("elsewhere/a.png", picture())
    put("tables/rows.jsonl", f'{{"id": 1, "image": "{tmp_path}/elsewhere/a.png", "captions": ["one", "two"]}}\n')
    recipe, _ = new("mine", "--from", "table", "tables/rows.jsonl")
    assert recipe.source.options["anywhere"] is True
    assert modalities(recipe) == {"image": "image", "captions": "list of text"}
    assert mmhub.build("mine.yaml", store=tmp_path / "store", workers=1).rows["read"] == 1


def test_a_recipe_that_is_there_is_not_written_over(new, put, tmp_path, capsys):
    put("data/a.png", picture())
    put("mine.yaml", "name: mine")
    with pytest.raises(AssertionError, match=r"error: 'mine\.yaml' is there already"):
        new("mine", "--from", "folder", "data")
    assert (tmp_path / "mine.yaml").read_text() == "name: mine"


@pytest.mark.parametrize(("name", "kind"), [("data", "folder"), ("data/rows.csv", "table")])
def test_whoever_builds_a_folder_or_a_table_is_told_how_to_begin(put, tmp_path, monkeypatch, name, kind):
    put("data/rows.csv", "id,a\n1,2\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecipeError, match=f"is a {kind} and no recipe: `mmhub new recipe NAME --from {kind} {name}`"):
        catalogue.entry(name)
