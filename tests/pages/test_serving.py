"""The page that is served: who may ask, what is answered, and that what it foretells is what a build comes to."""

import http.client
import json
import shutil
from urllib.parse import quote, urlsplit

import pytest
from mmhub_shown import picture
from shelf import OFFERS

from mmhub import run
from mmhub.pages.selection import Where, chosen
from mmhub.pages.serving.looking import Looking


class Browser:
    """Someone who asks a server, with or without what it set as a cookie."""

    def __init__(self, url):
        self.place, self.token = urlsplit(url).netloc, url.partition("token=")[2]
        self.cookie = f"mmhub-{self.place.rpartition(':')[2]}={self.token}"

    def ask(self, path, *, method="GET", cookie=True, **headers):
        connection = http.client.HTTPConnection(self.place, timeout=20)
        sent = {"Cookie": self.cookie} if cookie else {}
        connection.request(
            method, path, headers=sent | {name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, dict(answer.getheaders()), body

    def json(self, question, **query):
        asked = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in query.items())
        return json.loads(self.ask(f"/api/{question}?{asked}")[2])


@pytest.fixture(scope="module")
def browser(full, serving):
    with serving(full.opened("1.1.0"), full.asked()) as url:
        yield Browser(url)


def test_who_has_no_token_sees_nothing(browser):
    assert browser.ask("/", cookie=False)[0] == 403
    assert browser.ask("/?token=guessed", cookie=False)[0] == 403
    assert browser.ask("/api/overview", cookie=False)[0] == 403
    assert browser.ask("/", cookie=False, Cookie="mmhub=; \x80 a=b")[0] == 403


def test_the_token_comes_once_in_the_address_and_then_in_a_cookie(browser):
    status, headers, body = browser.ask(f"/?token={browser.token}", cookie=False)
    assert status == 200
    assert headers["set-cookie"] == f"{browser.cookie}; Path=/; HttpOnly; SameSite=Strict"
    assert browser.token.encode() not in body
    assert browser.ask("/")[0] == 200


def test_another_name_for_this_machine_is_refused(browser):
    assert browser.ask("/", Host="evil.example")[0] == 403
    assert browser.ask("/", Host=f"evil.example:{browser.place.rpartition(':')[2]}")[0] == 403


def test_nothing_can_be_changed(browser):
    assert browser.ask("/api/overview", method="POST")[0] == 405
    assert browser.ask("/", method="DELETE")[0] == 405


def test_every_answer_says_what_a_browser_may_do_with_it(browser):
    _, headers, _ = browser.ask("/")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_a_medium_is_served_as_what_it_is_and_in_ranges(browser, full):
    ref = next(row["media"][0]["ref"] for row in browser.json("gallery", fate="kept")["rows"] if row["media"])
    status, headers, body = browser.ask(f"/media/{ref}")
    assert (status, headers["content-type"], body[:4]) == (200, "image/png", b"\x89PNG")
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    status, headers, part = browser.ask(f"/media/{ref}", Range="bytes=10-19")
    assert (status, headers["content-range"], part) == (206, f"bytes 10-19/{len(body)}", body[10:20])
    assert browser.ask(f"/media/{ref}", Range="bytes=-5")[2] == body[-5:]
    assert browser.ask(f"/media/{ref}", Range="bytes=100-")[2] == body[100:]
    assert browser.ask(f"/media/{ref}", Range="bytes=9999-")[0] == 416
    assert browser.ask(f"/media/{ref}", Range="lines=1-2")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/media/../../etc/passwd",
        "/media/..%2f..%2fetc%2fpasswd",
        "/media/0/0/kept/..%2f..%2fetc",
        "/media/99999/0/kept/picture",
        "/media/0/99/kept/picture",
        "/preview/thumb/0/0/kept/caption",
        "/preview/nothing/0/0/kept/picture",
        "/static/page.css",
    ],
)
def test_what_is_no_medium_of_the_version_is_not_found(browser, path):
    assert browser.ask(path)[0] == 404


def test_pages_follow_each_other_without_a_gap(browser, full):
    total = browser.json("gallery")["total"]
    found = [row["unit"] for page in range(3) for row in browser.json("gallery", page=page)["rows"]]
    assert found == list(range(total))


def test_sounds_and_films_have_clips(browser):
    rows = {row["row_id"]: row for page in range(3) for row in browser.json("gallery", page=page)["rows"]}
    for row_id, kind in (("s0", "audio/mpeg"), ("f0", "video/mp4")):
        preview = browser.json("preview", ref=rows[row_id]["media"][0]["ref"])
        assert browser.ask(f"/{preview['views']['clip']}")[1]["content-type"] == kind
        assert len(preview["peaks"]) == 160


def test_questions_that_mean_nothing_are_answered_with_what_is_wrong(browser):
    assert browser.ask("/api/nothing")[0] == 404
    assert browser.ask("/api/row?unit=x")[0] == 400
    assert browser.ask("/api/row?unit=99999")[0] == 404
    assert "no fact" in browser.json("spread", column="row_id")["error"]
    assert "no map" in browser.json("map", embedding="caption_curve", method="tsne")["error"]
    assert browser.ask("/api/trial?wanted=picture/shade.too-dark&side=at_least&value=nan")[0] == 404


@pytest.mark.parametrize(("side", "value"), [("at_least", 100.0), ("at_least", 20.0)])
def test_what_a_threshold_would_keep_is_what_a_build_with_it_keeps(browser, full, side, value):
    found = browser.json("trial", wanted="picture/shade.too-dark", side=side, value=value)
    assert found["exact"]
    assert found["set"] == [f"picture/shade.too-dark.{side}={value}"]
    report = run.build(full.asked(settings=found["set"]), offers=OFFERS)
    assert report.rows["kept"] == found["kept"]
    before = full.opened("1.1.0").version.counts["rows"]["kept"]
    assert found["kept"] == before + found["more"] - found["fewer"]


def test_a_fact_without_a_rule_is_tried_as_well(browser, full):
    found = browser.json("trial", wanted="words/length.length", side="at_most", value=20)
    report = run.build(full.asked(settings=found["set"]), offers=OFFERS)
    assert (found["exact"], report.rows["kept"]) == (True, found["kept"])


def test_with_another_recipe_it_is_an_estimate_that_says_so(full, shelf):
    opened = full.opened("1.1.0")
    looking = Looking(opened, full.asked(settings=["picture/shade.too-dark.at_least=60"]))
    found = looking.answer("trial", {"wanted": "picture/shade.too-dark", "side": "at_least", "value": "100"})
    assert (found["exact"], found["note"]) == (False, "the recipe is not as it was when this version was built")
    kept = chosen(opened, Where(fate="kept"))
    dark = sum(
        value is not None and value < 100 for value in opened.units["picture/shade.shade"].take(kept).to_pylist()
    )
    assert found["fewer"] == dark


def test_texts_of_rows_that_are_not_kept_are_there_once_the_source_was_read(browser):
    browser.json("trial", wanted="picture/shade.too-dark", side="at_least", value=1)
    texts = browser.json("gallery", reason="too-dark")["rows"][0]["texts"]
    assert texts == [{"field": "caption", "text": "picture of shade 8"}]


@pytest.mark.parametrize("held", ["no row", "one row", "only a dropped one", "a long text", "a picture that is gone"])
def test_whatever_a_version_holds_every_question_is_answered(shelf, held):
    shelf.put("other", "x" * 10_000_000 if held == "a long text" else "other", picture=picture(200))
    if held == "only a dropped one":
        shelf.rows.clear()
        shelf.put("dark", "dark", picture=picture(3))
    if held == "no row":
        shelf.rows.clear()
    opened = shelf.build()
    if held == "a picture that is gone":
        shutil.rmtree(opened.store.media)
        (shelf.folder / "picture-other").unlink()
    looking = Looking(opened, shelf.asked())
    for question in ("overview", "facts", "gallery", "maps", "difference", "versions", "health"):
        assert len(json.dumps(looking.answer(question, {}))) < 200_000
    for fact in looking.answer("facts", {}):
        assert looking.answer("spread", {"column": fact["column"]})["column"] == fact["column"]
    for asked in looking.answer("maps", {}):
        assert len(looking.answer("map", asked)["x"]) <= 1
    for row in looking.answer("gallery", {})["rows"]:
        whole = looking.answer("row", {"unit": str(row["unit"])})
        assert whole["row_id"] == row["row_id"]
        assert len(json.dumps(whole)) < 200_000
