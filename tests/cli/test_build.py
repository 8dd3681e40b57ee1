import io
import json

import pytest
from rich.console import Console

from mmhub import run
from mmhub.cli import given, main
from mmhub.cli.live_funnel import LiveFunnel
from mmhub.cli.outcome import planted
from mmhub.cli.watching import Lines, watching
from mmhub.measuring.pace import Tally

DRAWN = """
from mmhub import Column, Recipe, Step

recipe = Recipe(name="drawn", fields={"note": Column(modality="note")}, steps=(Step("note/number"),))

def generate(options, folder):
    (folder / "a.note").write_text("note 7")

def rows(options, folder):
    yield {"row_id": "a", "note": folder / "a.note"}
"""


def test_json_is_one_object_and_all_there_is_on_stdout(mmhub, recipe):
    ended = mmhub("build", recipe, "--json", "--workers", 1)
    assert ended.status == 0
    assert ended.answer["rows"] == {
        "read": 5,
        "kept": 2,
        "dropped": 2,
        "quarantined": 1,
        "repaired": 0,
        "segmented": 0,
    }
    assert ended.answer["dropped"] == {"too-small": 1, "repeated": 1}
    assert ended.answer["seconds"]["total"] >= ended.answer["seconds"]["measure"]
    assert "measuring: 5 of 5 rows" in ended.err


def test_a_person_is_shown_the_funnel_and_what_to_type_next(mmhub, recipe):
    ended = mmhub("build", recipe, "--workers", 1)
    assert ended.out == ""
    lines = [line.split() for line in ended.err.splitlines()]
    assert ["too-small", "1", "20.0", "%", "█████▋"] in lines
    assert ["torn", "1", "20.0", "%", "█████▋"] in lines
    assert ["kept", "2", "40.0", "%", "███████████▎"] in lines
    assert ["next", "mmhub", "show", "notes"] in lines
    assert 'mmhub.load("notes@1.0.0")' in ended.err


def test_another_store_is_part_of_what_to_type_next(mmhub, recipe, tmp_path):
    ended = mmhub("build", recipe, "--workers", 1, "--store", tmp_path / "other")
    assert f"mmhub show notes --store {tmp_path / 'other'}" in ended.err
    assert f'mmhub.load("notes@1.0.0", store="{tmp_path / "other"}")' in ended.err


def test_a_build_that_changes_nothing_says_so(mmhub, recipe):
    mmhub("build", recipe, "--workers", 1)
    ended = mmhub("build", recipe, "--workers", 1)
    assert "nothing changed: notes@1.0.0 stands" in ended.err
    assert "measuring: nothing, every fact is known" in ended.err


def test_options_reach_the_build(mmhub, recipe):
    ended = mmhub("build", recipe, "--set", "note/number.too-small.at_least=20", "--limit", 3, "--json")
    assert ended.answer["rows"]["read"] == 3
    assert ended.answer["dropped"] == {"too-small": 2}


def test_what_a_user_can_mend_is_a_sentence_without_a_traceback(mmhub, recipe):
    ended = mmhub("build", recipe, "--set", "note/numbr.too-small.at_least=20", "--json")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == "error: the recipe has no step 'note/numbr'; did you mean 'note/number'?\n"


@pytest.mark.parametrize("wrong", [("--limit", "0"), ("--models", "large"), ("--format", "arrow"), ()])
def test_wrong_use_ends_with_two(mmhub, recipe, wrong):
    assert mmhub("build", *([recipe] if wrong else []), *wrong).status == 2


def test_a_bug_keeps_its_traceback(mmhub, recipe, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(run, "build", broken)
    monkeypatch.setattr("sys.argv", ["mmhub", "build", str(recipe)])
    with pytest.raises(ZeroDivisionError, match="a bug"):
        main()


def test_a_build_that_keeps_nothing_says_so(mmhub, recipe):
    ended = mmhub("build", recipe, "--workers", 1, "--set", "note/number.too-small.at_least=1000")
    assert "note: no row was kept: `mmhub why` tells the reasons\n" in ended.err


def test_ctrl_c_says_what_is_kept(mmhub, recipe, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "build", interrupted)
    ended = mmhub("build", recipe)
    assert ended.status == 130
    assert ended.err == "interrupted: what is measured is kept, and the same command goes on from there\n"


def test_a_dry_run_is_a_plan(mmhub, recipe, bench):
    assert mmhub("build", recipe, "--dry-run", "--json").answer == mmhub("plan", recipe, "--json").answer
    assert bench.told("decode") == []


def test_a_long_build_prints_few_lines_where_there_is_no_terminal():
    file = io.StringIO()
    listener = Lines(Console(file=file))
    for count in range(0, 1_000_000, 1000):
        listener("source", count, None, None)
    listener("source", 1_000_000, 1_000_000, None)
    for done in range(0, 1_000_001, 512):
        listener("measure", done, 1_000_000, Tally(units=done))
    listener("decide", 0, None, None)
    assert len(file.getvalue().splitlines()) <= 20


def test_that_a_stage_is_done_is_said_once():
    file = io.StringIO()
    listener = Lines(Console(file=file))
    for done in (0, 70, 95, 100, 100):
        listener("measure", done, 100, Tally(units=done))
    assert [line.split()[1] for line in file.getvalue().splitlines()] == ["70", "95", "100"]


def test_a_terminal_is_shown_what_was_lost_so_far():
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    funnel = LiveFunnel(console, "notes")
    funnel("source", 1400, 1400, None)
    tally = Tally(units=512)
    tally.losses.update({"blurred": 35, "empty": 0})
    funnel("measure", 512, 1400, tally)
    with console.capture() as shown:
        console.print(funnel)
    assert "512/1,400" in shown.get()
    assert "blurred" in shown.get()
    assert "empty" not in shown.get()


def test_a_terminal_forgets_how_far_the_last_stage_was():
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    funnel = LiveFunnel(console, "notes")
    funnel("measure", 1400, 1400, Tally(units=1400))
    funnel("assemble", 0, None, Tally(units=1400))
    with console.capture() as shown:
        console.print(funnel)
    first = shown.get().splitlines()[0]
    assert "writing the version" in first
    assert "1,400" not in first


def test_that_a_source_is_prepared_is_said_where_that_is_done_and_only_there(mmhub, tmp_path):
    path = tmp_path / "drawn.py"
    path.write_text(DRAWN)
    assert "preparing the source\n" in mmhub("build", path).err
    assert "preparing" not in mmhub("build", path, "--set", "note/number.too-small.at_least=20").err


def test_a_terminal_is_left_clean():
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=80)
    with watching(console, "notes") as listener:
        listener("source", 10, 10, None)
    assert "reading the source" in file.getvalue()
    assert file.getvalue().endswith(("\x1b[2K", "\x1b[?25h"))


def test_planted_defects_stand_beside_those_caught():
    console = Console(file=io.StringIO(), width=80)
    with console.capture() as shown:
        console.print(planted({"blurred": {"planted": 4, "caught": 3}, "silent": {"planted": 2, "caught": 2}}))
    lines = [line.split() for line in shown.get().splitlines()]
    assert ["blurred", "4", "3", "1", "missed"] in lines
    assert ["all", "6", "5", "1", "missed"] in lines


def test_json_holds_no_number_that_json_cannot(capsys):
    from mmhub.cli.screen import print_json

    print_json({"facts": [float("nan"), float("inf"), 1.5]})
    assert json.loads(capsys.readouterr().out) == {"facts": [None, None, 1.5]}


def test_a_file_that_may_not_be_read_is_named_in_a_sentence(mmhub, recipe, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied", "/data/notes.yaml")

    monkeypatch.setattr(given, "requested", refuse)
    ended = mmhub("build", recipe)
    assert ended.status == 1
    assert ended.err == "error: '/data/notes.yaml' cannot be read or written (Permission denied)\n"
