"""What people do with the page in a browser, as Playwright does it."""

import shutil

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PARTS = {
    "funnel": ".funnel li",
    "facts": ".fact canvas",
    "gallery": ".gallery .card",
    "map": ".map canvas",
    "versions": "#main h2",
    "health": "table",
}
"""The parts of the page, each with what is there once it is drawn."""


def show(page, part):
    """Go to a part, and wait until it is drawn."""
    name = part.partition("?")[0]
    page.evaluate("part => { location.hash = part }", part)
    page.wait_for_selector(f"#parts a[aria-current][href='#{name}']")
    page.wait_for_selector("main:not([aria-busy])")
    page.wait_for_selector(PARTS[name])


def show_every_part(page, *, width):
    """Go to each part; none may be wider than the screen."""
    for part in PARTS:
        show(page, part)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def draw_round_all(page):
    """Draw a lasso round the whole map, and return the ids that are saved then."""
    page.wait_for_selector(".lasso path", state="attached")
    box = page.locator(".lasso").bounding_box()
    right, bottom = box["width"] - 2, box["height"] - 2
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    page.mouse.down()
    for x, y in ((2, 2), (right, 2), (right, bottom), (2, bottom), (2, 3)):
        page.mouse.move(box["x"] + x, box["y"] + y, steps=2)
    page.mouse.up()
    with page.expect_download() as saved:
        page.click("text=Save as ids.txt")
    return saved.value.path().read_text().split()


def play(page, unit, kind):
    """Open a row, and wait until its sound or film plays."""
    page.evaluate("unit => { location.hash = `row/${unit}` }", unit)
    page.wait_for_selector(f"#row {kind}")
    assert page.evaluate("kind => document.querySelector(`#row ${kind}`).play().then(() => 'plays')", kind) == "plays"
    page.wait_for_function("kind => document.querySelector(`#row ${kind}`).currentTime > 0.1", arg=kind)
