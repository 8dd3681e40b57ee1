import sys
from contextlib import contextmanager
from threading import Thread

import pytest
from browsing import CHROMIUM, show
from mmhub_shown import film, picture, sound
from shelf import CUES, HOSTILE, OFFERS, Shelf

from mmhub import plugins, run
from mmhub.cli import main
from mmhub.pages.serving.looking import Looking
from mmhub.pages.serving.server import Server


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder to put files in, and builds of them."""
    monkeypatch.setattr(plugins, "discover", lambda: OFFERS)
    (tmp_path / "files").mkdir()
    return Shelf(tmp_path / "files", tmp_path / "store")


@pytest.fixture(scope="session")
def full(tmp_path_factory):
    """A shelf with something of everything, and two versions of it; it is only looked at."""
    folder = tmp_path_factory.mktemp("full")
    (folder / "files").mkdir()
    made = Shelf(folder / "files", folder / "store")
    for n in range(40):
        made.put(f"p{n:02d}", f"picture of shade {n}", split="test" if n % 5 == 0 else "train", picture=picture(6 * n))
    for n in range(4):
        made.put(f"twin{n}", f"twin {n}", picture=picture(6 * (20 + n)))
        made.put(f"s{n}", f"a tone {n}", sound=sound(300 + 100 * n))
    made.put("f0", "a film", film=film(), subtitles=CUES)
    made.put("hostile", HOSTILE, picture=picture(251))
    made.put("torn", "a torn one", picture=b"torn")
    made.put("gone", "a missing one", picture=None)
    run.build(made.asked(settings=["picture/shade.too-dark.at_least=30"]), offers=OFFERS)
    made.build()
    return made


@pytest.fixture(scope="session")
def serving():
    """A function that serves a version for a while, and gives the address."""

    @contextmanager
    def served(opened, request, *, fakes=True):
        patched = pytest.MonkeyPatch()
        if fakes:
            patched.setattr(plugins, "discover", lambda: OFFERS)
        server = Server.bound(str(opened.version), lambda: Looking(opened, request))
        thread = Thread(target=server.run)
        thread.start()
        try:
            yield server.url
        finally:
            server.stop()
            thread.join()
            patched.undo()

    return served


@pytest.fixture
def mmhub(monkeypatch, capsys):
    """A function that runs a command with the fake plugins alone, and returns its status, output and errors."""
    monkeypatch.setattr(plugins, "discover", lambda: OFFERS)
    monkeypatch.setenv("COLUMNS", "200")

    def typed(*arguments):
        monkeypatch.setattr(sys, "argv", ["mmhub", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return (int(ended.value.code or 0), *capsys.readouterr())

    return typed


@pytest.fixture(scope="module")
def chromium():
    """A browser; tests that need one are skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on the PATH")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        )
        yield browser
        browser.close()


@pytest.fixture
def visiting(chromium):
    """A function that opens a page; when the test ends, nothing may have gone wrong in it."""
    complaints, contexts = [], []

    def opened(url, part="", **options):
        context = chromium.new_context(**{"viewport": {"width": 1100, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(url)
        page.wait_for_selector("html[data-ready]")
        if part:
            show(page, part)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
