"""What a faulty server does to a download: what can arrive arrives, and all else has its reason."""

import gzip
import random
import time
from email.utils import formatdate

import pytest

LARGE = bytes(range(256)) * 12_000


def test_a_file_arrives_as_it_is(served, get):
    url = served.on("/a.jpg", b"some bytes")
    assert get(url, served.on("/empty", b"")) == [b"some bytes", b""]


@pytest.mark.parametrize(
    ("status", "reason", "tries"),
    [
        (404, "not-found", 1),
        (410, "not-found", 1),
        (401, "forbidden", 1),
        (403, "forbidden", 1),
        (451, "forbidden", 1),
        (400, "http-error", 1),
        (500, "server-error", 3),
        (503, "busy", 3),
        (599, "server-error", 1),
    ],
)
def test_a_status_has_its_reason_and_is_asked_for_again_where_that_may_help(served, get, status, reason, tries):
    url = served.on("/a", lambda handler: handler.answer(status, b"sorry"))
    assert get(url, tries=3) == [reason]
    assert served.asked["/a"] == tries
    assert f"HTTP {status}" in get.messages[0]


def test_what_fails_once_arrives_with_the_second_try(served, get):
    url = served.on("/a", lambda handler: handler.answer(*((500, b"") if handler.number == 1 else (200, b"here"))))
    assert get(url) == [b"here"]


def test_a_busy_server_is_given_the_time_it_asks_for(served, get):
    def busy(handler):
        handler.answer(429, Retry_After="1") if handler.number == 1 else handler.answer(200, b"here")

    start = time.monotonic()
    assert get(served.on("/a", busy)) == [b"here"]
    assert 1 <= time.monotonic() - start < 3


def test_a_server_that_asks_for_hours_is_not_waited_for(served, get):
    def busy(handler):
        handler.answer(503, Retry_After=formatdate(time.time() + 7200, usegmt=True))

    assert get(served.on("/a", busy)) == ["busy"]
    assert served.asked["/a"] == 1


def test_a_body_that_is_cut_off_is_asked_for_again(served, get):
    def cut(handler):
        handler.head(200, Content_Length=10)
        handler.wfile.write(b"0123456789" if handler.number == 3 else b"0123")
        handler.close_connection = True

    assert get(served.on("/a", cut), tries=3) == [b"0123456789"]
    assert get(served.on("/b", lambda handler: cut(handler) if handler.number < 3 else None), tries=2) == ["cut-off"]


def test_a_large_body_that_is_cut_off_goes_on_where_it_ended(served, get):
    ranges = []

    def cut(handler):
        ranges.append((handler.headers.get("Range"), handler.headers.get("If-Range")))
        if handler.number == 1:
            handler.head(200, Content_Length=len(LARGE), ETag='"one"')
            handler.wfile.write(LARGE[:2_000_000])
            handler.close_connection = True
            return
        start = int(ranges[-1][0].removeprefix("bytes=").removesuffix("-"))
        span = f"bytes {start}-{len(LARGE) - 1}/{len(LARGE)}"
        handler.answer(206, LARGE[start:], Content_Range=span, ETag='"one"')

    assert get(served.on("/a", cut)) == [LARGE]
    assert ranges[0] == (None, None)
    assert ranges[1][1] == '"one"'
    assert 1_000_000 <= int(ranges[1][0][6:-1]) <= 2_000_000


def test_a_file_that_changed_meanwhile_is_had_anew(served, get):
    other = LARGE[::-1]

    def cut(handler):
        if handler.number > 1:
            handler.answer(200, other, ETag='"two"')
            return
        handler.head(200, Content_Length=len(LARGE), ETag='"one"')
        handler.wfile.write(LARGE[:2_000_000])
        handler.close_connection = True

    assert get(served.on("/a", cut)) == [other]


def test_another_part_than_was_asked_for_is_not_taken(served, get):
    def cut(handler):
        if handler.number == 2:
            handler.answer(206, LARGE[5:], Content_Range=f"bytes 5-{len(LARGE) - 1}/{len(LARGE)}")
        elif handler.number == 1:
            handler.head(200, Content_Length=len(LARGE), ETag='"one"')
            handler.wfile.write(LARGE[:2_000_000])
            handler.close_connection = True
        else:
            handler.answer(200, LARGE)

    assert get(served.on("/a", cut)) == [LARGE]
    assert served.asked["/a"] == 3


def test_what_cannot_be_told_apart_from_another_file_is_not_resumed(served, get):
    seen = []

    def cut(handler):
        seen.append(handler.headers.get("Range"))
        if handler.number > 1:
            handler.answer(200, LARGE)
            return
        handler.head(200, Content_Length=len(LARGE), ETag='W/"weak"')
        handler.wfile.write(LARGE[:2_000_000])
        handler.close_connection = True

    assert get(served.on("/a", cut)) == [LARGE]
    assert seen == [None, None]


def test_a_silent_server_is_left(served, get):
    url = served.on("/a", lambda handler: time.sleep(0.5))
    assert get(url, tries=1, timeout_seconds=0.1) == ["timeout"]


def test_a_server_that_drips_is_left(served, get):
    def drip(handler):
        handler.head(200, Content_Length=10_000)
        for _ in range(100):
            handler.wfile.write(b".")
            time.sleep(0.02)

    start = time.monotonic()
    assert get(served.on("/a", drip), most_seconds=0.2) == ["timeout"]
    assert time.monotonic() - start < 1.5
    assert served.asked["/a"] == 1


@pytest.mark.parametrize("told", [True, False])
def test_a_body_without_end_is_too_large(served, get, store, told):
    def endless(handler):
        handler.head(200, **({"Content_Length": 1 << 40} if told else {"Connection": "close"}))
        while True:
            handler.wfile.write(LARGE)

    assert get(served.on("/a", endless), most_mb=4) == ["too-large"]
    assert served.asked["/a"] == 1
    assert [each for each in store.downloads.rglob("*") if each.is_file()] == []


def test_what_is_packed_in_transit_is_unpacked(served, get, store):
    packed = gzip.compress(LARGE) + gzip.compress(b"the end")
    url = served.on("/a", lambda handler: handler.answer(200, packed, Content_Encoding="GZIP", ETag='"one"'))
    assert get(url, served.on("/empty", lambda handler: handler.answer(200, Content_Encoding="gzip"))) == [
        LARGE + b"the end",
        b"",
    ]


def test_what_is_packed_and_cut_off_is_asked_for_from_its_start(served, get):
    packed, seen = gzip.compress(random.Random(1).randbytes(3_000_000)), []

    def cut(handler):
        seen.append(handler.headers.get("Range"))
        handler.answer(200, packed if handler.number == 2 else packed[:-2000], Content_Encoding="gzip", ETag='"one"')

    assert get(served.on("/a", cut)) == [gzip.decompress(packed)]
    assert seen == [None, None]


@pytest.mark.parametrize(("how", "body"), [("br", b"..."), ("gzip", b"no gzip"), ("gzip, gzip", b"...")])
def test_what_is_packed_otherwise_is_told(served, get, how, body):
    url = served.on("/a", lambda handler: handler.answer(200, body, Content_Encoding=how))
    assert get(url) == ["packed"]


def test_a_bomb_is_not_unpacked(served, get):
    bomb = gzip.compress(bytes(10_000_000))
    url = served.on("/a", lambda handler: handler.answer(200, bomb, Content_Encoding="gzip"))
    assert get(url, most_mb=4) == ["too-large"]
    # A file that is a bomb is bytes like any other: it is not unpacked here.
    assert get(served.on("/a.gz", bomb)) == [bomb]


def test_files_are_asked_for_unpacked(served, get):
    seen = []
    url = served.on("/a", lambda handler: (seen.append(handler.headers["Accept-Encoding"]), handler.answer(200))[1])
    get(url)
    assert seen == ["identity"]


def test_a_page_of_the_web_is_no_file_whatever_it_is_called(served, get):
    page = b"\n<!DOCTYPE html><title>gone</title>"
    url = served.on("/a.jpg", lambda handler: handler.answer(200, page, Content_Type="image/jpeg"))
    other = served.on("/b.jpg", lambda handler: handler.answer(200, b"\xff\xd8\xff", Content_Type="text/html"))
    assert get(url, other) == ["web-page", b"\xff\xd8\xff"]


@pytest.mark.parametrize("header", ["noai", "NOINDEX, nofollow", "otherbot: nofollow, mmhub: noai"])
def test_a_server_may_forbid_the_use(served, get, header):
    url = served.on("/a", lambda handler: handler.answer(200, b"here", X_Robots_Tag=header))
    assert get(url) == ["disallowed"]
    assert get(url, disallowed=()) == [b"here"]


def test_what_is_forbidden_to_others_is_not_forbidden(served, get):
    url = served.on("/a", lambda handler: handler.answer(200, b"here", X_Robots_Tag="otherbot: noai, noindex"))
    assert get(url) == [b"here"]


def test_garbage_in_place_of_an_answer_is_told(served, get):
    def garbage(handler):
        handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
        handler.close_connection = True

    assert get(served.on("/a", garbage), tries=2) == ["cut-off"]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://", "http://[::1", "no url"])
def test_what_is_no_url_of_a_file_is_told(get, url):
    assert get(url) == ["wrong-url"]
