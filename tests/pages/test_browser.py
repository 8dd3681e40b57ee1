"""The page in a real browser: every part is drawn, plays and answers, and nothing that rows hold is run.

These tests need `playwright`, and a Chromium on the PATH (Debian: `apt install chromium`); they are skipped without.

"""

import shutil
from threading import Thread

import pytest
from shelf import OFFERS

from mmhub import plugins
from mmhub.pages.serving.server import Server
from mmhub.pages.standalone import write_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PARTS = {
    "funnel": ".funnel li",
    "facts": ".fact canvas",
    "gallery": ".gallery .card",
    "map": ".map canvas",
    "versions": "table",
    "health": "table",
}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on the PATH")


@pytest.fixture(scope="module")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def places(full, tmp_path_factory):
    """Where the page that stands alone is, and the one that is served."""
    path = tmp_path_factory.mktemp("page") / "page.html"
    write_page(full.opened("1.1.0"), path)
    patched = pytest.MonkeyPatch()
    patched.setattr(plugins, "discover", lambda: OFFERS)
    server = Server.bound(full.opened("1.1.0"), full.asked())
    thread = Thread(target=server.run)
    thread.start()
    yield {"alone": path.as_uri(), "served": server.url}
    server.stop()
    thread.join()
    patched.undo()


@pytest.fixture
def visit(chromium, places):
    """A function that opens a page; when the test ends, nothing may have gone wrong in it."""
    complaints, contexts = [], []

    def opened(which="served", part="", **options):
        context = chromium.new_context(**{"viewport": {"width": 1100, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(places[which])
        page.wait_for_selector("html[data-ready]")
        if part:
            page.evaluate("part => { location.hash = part }", part)
            page.wait_for_selector(PARTS[part.partition("?")[0]])
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("which", ["alone", "served"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_part_is_drawn_and_fits_a_narrow_screen(visit, which, scheme):
    page = visit(which, color_scheme=scheme, viewport={"width": 400, "height": 800})
    for part, sign in PARTS.items():
        page.evaluate("part => { location.hash = part }", part)
        page.wait_for_selector(sign)
        page.wait_for_selector(f"#parts a[aria-current][href='#{part}']")
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
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
    page.evaluate("unit => { location.hash = `row/${unit}` }", ids.index("s1" if kind == "audio" else "f0"))
    page.wait_for_selector(f"#row {kind}")
    assert page.evaluate("kind => document.querySelector(`#row ${kind}`).play().then(() => 'plays')", kind) == "plays"
    page.wait_for_function("kind => document.querySelector(`#row ${kind}`).currentTime > 0.1", arg=kind)


def test_a_lasso_lists_the_ids_it_holds(visit):
    page = visit("alone", part="map")
    box = page.locator(".lasso").bounding_box()
    corners = [(2, 2), (box["width"] - 2, 2), (box["width"] - 2, box["height"] - 2), (2, box["height"] - 2), (2, 3)]
    page.wait_for_selector(".lasso path", state="attached")
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    page.mouse.down()
    for x, y in corners:
        page.mouse.move(box["x"] + x, box["y"] + y, steps=2)
    page.mouse.up()
    listed = page.inner_text(".picked h3")
    assert listed == page.inner_text("main > p").split(" kept rows")[0] + " rows"
    with page.expect_download() as saved:
        page.click("text=Save as ids.txt")
    assert len(saved.value.path().read_text().split()) == int(listed.split()[0])


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
