"""The page of real datasets in a real browser: COCO, whose slider foretells what a build comes to, and the demo."""

import dataclasses
import os
from contextlib import ExitStack
from pathlib import Path

import pytest
from browsing import draw_round_all, play, show_every_part

from mmhub import From, plugins, run
from mmhub.pages.opened import Opened
from mmhub.recipes import catalogue
from mmhub.request import Request
from mmhub.store import Store
from mmhub.version import find

SAMPLES = Path(os.environ.get("MMHUB_SAMPLES") or Path(__file__).parents[3] / "shared" / "data")
CHEAP = ("text/length", "image/sharpness", "audio/duration", "video/duration")


@pytest.fixture(scope="module")
def coco(chromium, tmp_path_factory):
    """A build of some rows of COCO with the embedded models."""
    if not SAMPLES.is_dir():
        pytest.skip("the samples are not here")
    folder = tmp_path_factory.mktemp("coco")
    request = Request(recipe="coco", store=folder, data_dir=SAMPLES / "coco", models="embedded", limit=12, workers=1)
    run.build(request)
    return request


@pytest.fixture(scope="module")
def demo(chromium, tmp_path_factory):
    """A build of some rows of the demo, without an encoder."""
    whole = catalogue.entry("demo")
    steps = tuple(step for step in whole.recipe.steps if step.use in CHEAP)
    recipe = whole.recipe.model_copy(
        update={"steps": steps, "source": From(use=whole.source.name, options={"rows": 100})}
    )
    request = Request(recipe=recipe, store=tmp_path_factory.mktemp("demo"), limit=6, workers=1)
    offers = plugins.discover()
    run.build(request, offers=dataclasses.replace(offers, sources={**offers.sources, whole.source.name: whole.source}))
    return request


def opened(request, name):
    store = Store.at(request.store)
    return Opened(find(store, name), store)


@pytest.fixture
def visit(visiting, serving):
    """A function that serves the newest version of a build, and opens its page."""
    with ExitStack() as stack:

        def shown(asked, name, **options):
            return visiting(stack.enter_context(serving(opened(asked, name), asked, fakes=False)), **options)

        yield shown


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 400)])
def test_every_part_of_coco_is_drawn(visit, coco, scheme, width):
    page = visit(coco, "coco", color_scheme=scheme, viewport={"width": width, "height": 900})
    show_every_part(page, width=width)


def test_the_slider_foretells_what_a_build_of_coco_comes_to(visit, coco):
    page = visit(coco, "coco", part="facts")
    page.fill("input[aria-label='threshold of image/sharpness.sharpness, exactly']", "1000")
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer strong")
    said, setting = page.inner_text(".answer strong"), page.inner_text(".answer .set").removeprefix("--set ")
    report = run.build(dataclasses.replace(coco, settings=(setting,)))
    assert setting == "image/sharpness.blurred.at_least=1000.0"
    assert 0 < report.rows["kept"] < 12
    assert said.startswith(f"{report.rows['kept']} kept ")


def test_a_lasso_round_all_of_coco_exports_every_id(visit, coco):
    page = visit(coco, "coco", part="map")
    ids = draw_round_all(page)
    assert sorted(ids) == sorted(opened(coco, "coco").units["row_id"].to_pylist())


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_a_sound_and_a_film_of_the_demo_play(visit, demo, kind):
    held = opened(demo, "demo")
    unit = next(n for n, digest in enumerate(held.units[f"{kind}.sha256"].to_pylist()) if digest and held.kept[n])
    play(visit(demo, "demo"), unit, kind)
