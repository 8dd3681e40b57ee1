"""The page in a real browser: every part is drawn, plays and answers, and nothing that rows hold is run.

These tests need `playwright`, and a Chromium on the PATH (Debian: `apt install chromium`); they are skipped without.

"""

import re

import pytest
from browsing import draw_round_all, play, show_every_part

from mmhub.pages.standalone import write_page


@pytest.fixture(scope="module")
def places(full, serving, tmp_path_factory):
    """Where the page that stands alone is, and the one that is served."""
    path = tmp_path_factory.mktemp("page") / "page.html"
    write_page(full.opened("1.1.0"), path)
    with serving(full.opened("1.1.0"), full.asked()) as url:
        yield {"alone": path.as_uri(), "served": url}


@pytest.fixture
def visit(visiting, places):
    """A function that opens the page of the full shelf."""
    return lambda which="served", part="", **options: visiting(places[which], part, **options)


@pytest.mark.parametrize("which", ["alone", "served"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_part_is_drawn_and_fits_a_narrow_screen(visit, which, scheme):
    page = visit(which, color_scheme=scheme, viewport={"width": 400, "height": 800})
    show_every_part(page, width=400)
    assert page.evaluate("window.hacked") is None


def test_a_reason_of_the_funnel_leads_to_its_rows(visit):
    page = visit("alone")
    page.click(".funnel button:has-text('too-dark')")
    page.wait_for_selector(".card .why")
    assert page.inner_text(".card .why") == "shade 48, where at least 50 was asked"


def test_the_slider_tells_what_another_threshold_keeps(visit, full):
    page = visit(part="facts")
    page.fill("input[aria-label='threshold of picture/shade.shade, exactly']", "100")
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer strong")
    opened = full.opened("1.1.0")
    kept = opened.units["picture/shade.shade"].filter(opened.kept)
    fewer = sum(shade is not None and shade < 100 for shade in kept.to_pylist())
    assert f"{opened.version.counts['rows']['kept'] - fewer} kept" in page.inner_text(".answer strong")
    assert page.inner_text(".answer .set") == "--set picture/shade.too-dark.at_least=100.0"


@pytest.mark.parametrize("which", ["alone", "served"])
@pytest.mark.parametrize("kind", ["audio", "video"])
def test_sounds_and_films_play(visit, full, which, kind):
    ids = full.opened("1.1.0").units["row_id"].to_pylist()
    page = visit(which)
    play(page, ids.index("s1" if kind == "audio" else "f0"), kind)


def test_a_lasso_lists_the_ids_it_holds(visit):
    page = visit("alone", part="map")
    ids = draw_round_all(page)
    listed = page.inner_text(".picked h3")
    assert listed == f"{len(ids)} rows"
    kept, lost = re.match(r"(\d+) kept rows and (\d+) that are not", page.inner_text("main > p")).groups()
    assert len(ids) == int(kept) + int(lost)


def test_it_is_used_with_the_keyboard_alone(visit):
    page = visit("alone")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.focus(".funnel button:has-text('too-dark')")
    page.keyboard.press("Enter")
    page.wait_for_selector(".card")
    page.focus(".card .about a")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open] h2")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="hidden")
    assert page.evaluate("location.hash").startswith("#gallery")


def test_captions_with_scripts_are_shown_and_not_run(visit, full):
    ids = full.opened("1.1.0").units["row_id"].to_pylist()
    page = visit()
    page.evaluate("unit => { location.hash = `row/${unit}` }", ids.index("hostile"))
    page.wait_for_selector("#row .text")
    assert page.inner_text("#row .text").startswith("</script><script>")
    assert page.evaluate("window.hacked") is None


def test_the_token_leaves_the_address(visit):
    assert "token" not in visit().url
