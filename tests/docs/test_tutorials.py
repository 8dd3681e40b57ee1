import examples
import pytest

TUTORIALS = [path for path in examples.PAGES if path.parent.name == "docs"]


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_a_tutorial_does_what_it_says(path, tmp_path):
    for each in examples.run(path.read_text(encoding="utf-8"), tmp_path):
        assert each.holds, f"{each.command}\nprints\n{each.printed}\nwhere {path.name} says\n{each.expected}"


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_a_tutorial_shows_files_as_they_are(path):
    for file, block in examples.files(path.read_text(encoding="utf-8")):
        assert block.body == file.read_text(encoding="utf-8"), f"{path.name} shows another {block.title}"
