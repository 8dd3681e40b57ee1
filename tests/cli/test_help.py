import subprocess
import sys
import time

import pytest

COMMANDS = ("build", "plan", "show", "why", "versions", "plugins", "doctor", "export")
HEAVY = ("torch", "datasets", "pyarrow", "numpy", "pydantic", "pluggy", "huggingface_hub")
LOOK = f"""
import sys
from mmhub.cli import main
sys.argv = ["mmhub", "--help"]
try:
    main()
finally:
    print("imported:", [name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""


def test_help_imports_nothing_heavy():
    ended = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    assert ended.stderr == "imported: []\n"
    assert all(f"  {command} " in ended.stdout for command in COMMANDS)


def test_help_comes_at_once():
    times = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "mmhub", "--help"], capture_output=True, check=True)
        times.append(time.perf_counter() - start)
    # Half a second on a machine that tests something else beside it; 0.13 s on its own.
    assert min(times) < 0.5


def test_no_sentence_in_the_list_of_commands_is_cut_off(mmhub):
    said = " ".join(mmhub("--help").out.split())
    assert "..." not in said.partition("Commands:")[2]
    assert "and thresholds to try. why Tell" in said
    assert "behind URLs, or in a dataset of the Hub." in " ".join(mmhub("new", "--help").out.split())


@pytest.mark.parametrize("command", ["build", "plan"])
def test_the_help_of_what_takes_a_recipe_names_those_there_are(command, mmhub):
    said = mmhub(command, "--help").out
    assert "Recipes:\n" in said
    assert all(f"\n  {name} " in said for name in ("coco", "demo", "flickr30k", "vggsound"))
    assert "did you mean 'flickr8k'?" in mmhub(command, "flikr8k").err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_answers_in_json(command, mmhub):
    assert "--json" in mmhub(command, "--help").out


def test_the_version_is_told(mmhub):
    assert mmhub("--version").out.startswith("mmhub ")


def test_a_command_that_does_not_exist_is_wrong_use(mmhub):
    ended = mmhub("biuld")
    assert ended.status == 2
    assert "No such command 'biuld'. Did you mean 'build'?" in ended.err
