"""The trees that pages show, against what is there."""

import re

import examples
import pytest

from mmhub.store import Store


def tree(page, first):
    """Return the folders that the block beginning with ``first`` lists, with those they are in."""
    text = (examples.ROOT / page).read_text(encoding="utf-8")
    (body,) = [block.body for block in examples.blocks(text) if block.body.startswith(first)]
    above = ""
    for line in body.splitlines():
        name = line.split()[0]
        above = above if line.startswith(" ") else name
        yield above + name if line.startswith(" ") else name


@pytest.mark.parametrize("place", list(tree("README.md", "mmhub/ ")))
def test_the_readme_lists_folders_that_are_there(place):
    assert (examples.ROOT / place).is_dir()


def test_the_readme_lists_every_folder_of_mmhub():
    listed = {place for place in tree("README.md", "mmhub/ ") if place.startswith("mmhub/")}
    there = {f"mmhub/{path.parent.name}/" for path in (examples.ROOT / "mmhub").glob("*/__init__.py")}
    assert listed == {"mmhub/", *there}


CODE = (examples.ROOT / "docs/how-it-works.md").read_text(encoding="utf-8").partition("## Where it is in the code")[2]
"""The section on where each step of a build lies."""
TABLE, *PARTS = CODE.partition("\n\nIn `")[0], *CODE.split("\n\nIn `")[1:]


def named(text):
    return set(re.findall(r"`(\w+(?:\.py|/))`", text))


def test_where_each_step_lies_is_told_of_every_module_and_folder_of_mmhub():
    host = examples.ROOT / "mmhub"
    there = {path.name for path in host.glob("*.py")} | {f"{path.parent.name}/" for path in host.glob("*/__init__.py")}
    assert named(TABLE) - {"mmhub/"} == there - {"__init__.py"}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.partition("/")[0])
def test_the_modules_of_a_folder_are_told_as_they_are(part):
    folder, _, text = part.partition("/`")
    there = {path.name for path in (examples.ROOT / "mmhub" / folder).glob("*.py")}
    assert named(text) == there - {"__init__.py"}


def test_the_store_has_the_folders_that_are_told(tmp_path):
    told = {place.strip("/") for place in tree("docs/how-it-works.md", "sources/ ")}
    store = Store.at(tmp_path).made()
    places = {name for name, member in vars(Store).items() if isinstance(member, property) and name[0] != "_"}
    assert told == places
    assert {path.name for path in store.root.iterdir()} <= told
