"""The page that stands alone: whatever a version holds, it is written, and nothing in it runs."""

import json
import re
from importlib.resources import files

import pytest
from mmhub_shown import picture
from shelf import HOSTILE

from mmhub import Step
from mmhub.pages.standalone import payload, standalone
from mmhub.pages.template import as_script, policy, script

DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


def data_of(text):
    """Return what a page carries, as a browser finds it: up to the first end of the element."""
    return json.loads(DATA.search(text)[1])


def test_a_caption_with_scripts_cannot_end_the_data(full):
    text = standalone(full.opened("1.1.0"))
    captions = [said["text"] for row in data_of(text)["rows"] for said in row["texts"]]
    assert HOSTILE in captions
    assert "</script><script>window" not in text
    assert text.count("</script>") == 3


def test_a_name_with_markup_is_escaped_in_the_title(full):
    from mmhub.pages.template import page

    assert "<title>&lt;b&gt;</title>" in page(title="<b>", payload=None)


def test_only_the_two_scripts_of_the_page_may_run():
    assert re.fullmatch(r"'sha256-[^']+' 'sha256-[^']+'", re.search(r"script-src ([^;]+)", policy(live=False))[1])
    assert "connect-src 'none'" in policy(live=False)
    assert "connect-src 'self'" in policy(live=True)


def test_the_scripts_are_one_without_imports():
    assert not re.search(r"^(import|export) ", script(), re.MULTILINE)
    assert "</script" not in script()
    assert "innerHTML" not in script()


def test_the_licences_beside_the_charts_name_the_versions_that_the_page_carries():
    static = files("mmhub.pages") / "static"
    charts, licences = ((static / name).read_text(encoding="utf-8") for name in ("vega.js", "vega.LICENSE"))
    named = dict(re.findall(r"^(Vega|Vega-Lite) (\d+\.\d+\.\d+)", licences, re.MULTILINE))
    assert set(named) == {"Vega", "Vega-Lite"}
    assert all(f'"{version}"' in charts for version in named.values())


def test_lone_surrogates_and_line_separators_are_written():
    assert json.loads(as_script({"a": "\ud800 \u2028 <"})) == {"a": "? \u2028 <"}
    assert "<" not in as_script("<")


def test_long_texts_are_cut_and_say_how_much_is_left(shelf):
    shelf.put("long", "x" * 10_000_000)
    shelf.put("short", "y" * 40)
    text = standalone(shelf.build(Step("note/curve", fields=("caption",))))
    said = {row["row_id"]: row["texts"][0] for row in data_of(text)["rows"]}
    assert said["long"]["more"] == 10_000_000 - len(said["long"]["text"])
    assert len(text) < 1_500_000


def test_only_dropped_rows_are_shown(shelf):
    shelf.put("dark", "dark", picture=picture(3))
    found = payload(shelf.build())
    assert [row["fate"] for row in found["rows"]] == ["dropped"]
    assert found["overview"]["counts"]["rows"]["kept"] == 0
    assert list(found["previews"]) == ["0/0/kept/picture"]


@pytest.mark.parametrize("rows", [0, 1])
def test_no_row_and_one_row_are_shown(shelf, rows):
    for n in range(rows):
        shelf.put(f"r{n}", "one row", picture=picture(90))
    found = data_of(standalone(shelf.build()))
    assert len(found["rows"]) == rows
    assert found["health"]["missing"] is not None


def test_media_that_are_gone_cost_their_pictures_alone(shelf):
    shelf.put("dark", "dark", picture=picture(3))
    shelf.put("light", "light", picture=picture(200))
    opened = shelf.build()
    (shelf.folder / "picture-dark").unlink()
    found = payload(opened)
    assert len(found["rows"]) == 2
    assert list(found["previews"]) == ["1/0/kept/picture"]


def test_a_public_page_shows_nothing_of_what_was_left_out(shelf):
    shelf.put("dark", "a dark secret", picture=picture(3))
    shelf.put("light", "light", picture=picture(200))
    found = payload(shelf.build(), public=True)
    assert list(found["previews"]) == ["1/0/kept/picture"]
    assert "secret" not in json.dumps(found)


def test_the_same_version_is_the_same_page(full):
    assert standalone(full.opened("1.1.0")) == standalone(full.opened("1.1.0"))


def test_the_command_writes_the_page(full, mmhub, tmp_path):
    status, said, _ = mmhub("report", "shelf@1.1.0", "--store", full.store, "--out", tmp_path / "page.html", "--json")
    assert status == 0
    assert json.loads(said)["bytes"] == (tmp_path / "page.html").stat().st_size
    assert data_of((tmp_path / "page.html").read_text())["overview"]["version"] == "1.1.0"


def test_a_name_the_store_does_not_hold_is_an_error(full, mmhub):
    status, _, complaint = mmhub("report", "shell", "--store", full.store)
    assert status == 1
    assert "did you mean 'shelf'?" in complaint
