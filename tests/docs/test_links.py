import re
from pathlib import Path

import examples
import pytest

PAGES = [examples.ROOT / "README.md", examples.ROOT / "CHANGELOG.md", *sorted((examples.ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path):
    for place, anchor in LINK.findall(path.read_text(encoding="utf-8")):
        target = (path.parent / place).resolve() if place else path
        assert target.exists(), f"{path.name} links to {place!r}, which is not there"
        if anchor:
            assert anchor in _anchors(target), f"{path.name} links to {place}#{anchor}, and there is no such heading"


def test_a_heading_is_linked_as_github_does_it():
    assert _anchor("## mmhub `build`: from A to B") == "mmhub-build-from-a-to-b"


def _anchors(path: Path) -> set[str]:
    return {_anchor(line) for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")}


def _anchor(heading: str) -> str:
    words = heading.lstrip("#").strip().lower().replace(" ", "-")
    return "".join(sign for sign in words if sign.isalnum() or sign in "-_")
