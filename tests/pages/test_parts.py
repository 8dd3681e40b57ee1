"""What each part of the page shows, against the ledger it is made of."""

import sys
import types

import numpy as np
import pytest
from mmhub_shown import picture
from shelf import HOSTILE, OFFERS

from mmhub.pages import maps
from mmhub.pages.cards import cards
from mmhub.pages.cues import cues, spans
from mmhub.pages.health import health
from mmhub.pages.history import difference, earlier
from mmhub.pages.maps import mapped, methods, principal
from mmhub.pages.neighbours import neighbours
from mmhub.pages.numbers import plain
from mmhub.pages.originals import Originals, Ref
from mmhub.pages.overview import overview
from mmhub.pages.row import whole_row
from mmhub.pages.selection import Where, chosen
from mmhub.pages.spectrum import spectrogram
from mmhub.pages.spreads import facts, spread
from mmhub.pages.words import Words


@pytest.fixture(scope="module")
def whole(full):
    """The newest version of the full shelf."""
    return full.opened("1.1.0")


def test_the_funnel_adds_up_and_says_what_decided(whole):
    found = {line["label"]: line for line in overview(whole)["funnel"]}
    lost = sum(line["rows"] for line in found.values() if line["fate"] in ("dropped", "quarantined"))
    assert found["read"]["rows"] == found["kept"]["rows"] + lost == len(whole.units)
    assert found["too-dark"]["by"][0].items() >= {"step": "picture/shade", "fact": "shade", "at_least": 50.0}.items()


def test_every_value_of_a_fact_is_in_its_histogram(whole):
    shade = spread(whole, "picture/shade.shade")
    kept = whole.units["picture/shade.shade"].filter(whole.kept).drop_null()
    assert sum(each["kept"] + each["lost"] for each in shade["bins"]) == shade["known"]
    assert sum(each["kept"] for each in shade["bins"]) == len(kept)


def test_a_fact_comes_with_its_thresholds_and_what_each_took(whole):
    first = facts(whole)[0]
    dropped = whole.version.counts["dropped"]["too-dark"]
    assert first["column"] == "picture/shade.shade"
    assert [(rule["at_least"], rule["took"]) for rule in first["rules"]] == [(50.0, dropped)]
    assert "picture/shade.bits" not in [each["column"] for each in facts(whole)]


def test_rows_of_a_reason_begin_with_those_nearest_to_the_threshold(whole):
    units = chosen(whole, Where(reason="too-dark"))
    values = whole.units["picture/shade.shade"].take(units).to_pylist()
    assert values == sorted(values, reverse=True)
    assert len(values) == whole.version.counts["dropped"]["too-dark"]


def test_rows_are_chosen_by_fate_split_and_cluster(whole):
    assert len(chosen(whole, Where(fate="kept"))) == whole.version.counts["rows"]["kept"]
    split = whole.units["split"].take(chosen(whole, Where(split="test"))).to_pylist()
    assert set(split) == {"test"}
    cluster = overview(whole)["clusters"][0]
    assert len(chosen(whole, Where(cluster=cluster["row_id"]))) == cluster["rows"]
    assert len(chosen(whole, Where(split="no such"))) == 0


def test_a_card_of_a_dropped_row_has_its_picture_from_the_source_and_says_why(whole):
    unit = chosen(whole, Where(reason="too-dark"))[:1]
    originals = Originals(whole)
    card = cards(whole, unit, originals, Words(whole))[0]
    assert (card["fact"], card["value"], card["at_least"]) == ("shade", 48.0, 50.0)
    assert bytes(originals.find(Ref.parse(card["media"][0]["ref"]))) == picture(48)


def test_a_source_file_that_changed_is_not_shown(shelf):
    shelf.put("dark", "dark", picture=picture(5))
    shelf.put("light", "light", picture=picture(90))
    opened = shelf.build()
    (shelf.folder / "picture-dark").write_bytes(picture(6))
    unit = int(chosen(opened, Where(fate="dropped"))[0])
    assert Originals(opened).find(Ref(unit, "picture")) is None


def test_a_value_that_could_not_be_decoded_is_not_decoded_for_the_page(whole):
    units = chosen(whole, Where(fate="quarantined"))
    assert len(units) == 2
    assert [card["media"] for card in cards(whole, units, Originals(whole), Words(whole))] == [[], []]


def test_what_was_revoked_is_not_shown(shelf):
    from mmhub.store import Store
    from mmhub.takedown.revoking import revoke

    shelf.put("a", "a", picture=picture(90))
    shelf.put("b", "b", picture=picture(160))
    shelf.build()
    revoke(Store.at(shelf.store), "shelf", ids=["a"], reason="asked to", date="2026-01-01")
    opened = shelf.opened("1.1.0")
    unit = int(chosen(opened, Where(reason="revoked"))[0])
    assert Originals(opened).find(Ref(unit, "picture")) is None
    assert cards(opened, np.array([unit]), Originals(opened), Words(opened))[0]["media"] == []


@pytest.mark.parametrize("text", ["", "1", "x/0/kept/a", "1/0/kept", "1/0/other/a", "-1/0/kept/a", "1/0/kept/"])
def test_what_names_no_medium_is_none(text):
    assert Ref.parse(text) is None


def test_a_field_whose_name_has_a_slash_is_named(whole):
    assert Ref.parse("3/1/read/../../etc/passwd") == Ref(3, "../../etc/passwd", 1, before=True)
    assert Originals(whole).find(Ref(3, "../../etc/passwd")) is None


def test_a_row_has_its_facts_with_the_rules_they_kept_and_its_like(whole):
    place = {row_id: n for n, row_id in enumerate(whole.units["row_id"].to_pylist())}
    row = whole_row(whole, place["twin0"], Originals(whole), Words(whole))
    shade = next(fact for fact in row["facts"] if fact["column"] == "picture/shade.shade")
    assert (shade["value"], shade["rules"][0]["passed"]) == (120.0, True)
    assert [each["row_id"] for each in row["duplicates"][0]["rows"]] == ["p20"]


def test_a_film_has_its_cues(whole):
    place = whole.units["row_id"].to_pylist().index("f0")
    row = whole_row(whole, place, Originals(whole), Words(whole))
    said = next(text["cues"] for text in row["texts"] if "cues" in text)
    assert said == [{"start": 0.0, "end": 0.5, "text": "it <b>moves</b>"}, {"start": 0.5, "end": 1.0, "text": "right"}]


def test_cues_are_found_in_web_captions_and_in_no_prose():
    assert cues("WEBVTT\n\n00:01.500 --> 00:02.000 align:left\none\r\ntwo\n")[0]["text"] == "one\ntwo"
    assert cues("from 1 --> 2\n") == []
    assert spans([{"start": 10**9, "end": 2 * 10**9, "text": None}]) == [{"start": 1.0, "end": 2.0, "text": ""}]
    assert spans([1.5, 2.5]) == spans("text") == []


def test_the_nearest_rows_are_those_of_a_full_comparison(whole):
    column = whole.tables.kept["caption_curve"].combine_chunks()
    vectors = np.asarray(column.values).reshape(-1, 2)
    unit = int(whole.tables.places[7])
    cosines = vectors @ vectors[7] / np.linalg.norm(vectors, axis=1) / np.linalg.norm(vectors[7])
    cosines[7] = -2
    found = neighbours(whole, np.array([unit]))[unit][0]
    assert found["embedding"] == "caption_curve"
    assert [row["cosine"] for row in found["rows"]] == pytest.approx(sorted(cosines)[::-1][:6], abs=1e-4)


def test_the_map_is_the_first_two_principal_components():
    rng = np.random.default_rng(0)
    vectors = (rng.standard_normal((200, 2)) @ np.array([[9, 0, 0, 0], [0, 3, 0, 0]]) + 5).astype(np.float32)
    places, share = principal(vectors)
    assert share == pytest.approx(1.0, abs=1e-5)
    assert np.abs(np.corrcoef(places[:, 0], vectors[:, 0])[0, 1]) == pytest.approx(1, abs=0.02)
    assert principal(vectors[:1])[0].tolist() == [[0, 0]]


def test_a_map_of_more_rows_than_points_takes_some_at_equal_distances(whole):
    found = mapped(whole, "caption_curve", points=10)
    assert (len(found["units"]) + found["without"], found["of"]) == (10, len(whole.units))
    assert set(found["colours"]["split"]["labels"]) == {"train", "test"}
    assert len(found["colours"]["split"]["codes"]) == len(found["units"])


def test_a_map_shows_dropped_rows_that_were_encoded_and_counts_those_that_were_not(shelf):
    for n in range(20):
        shelf.put(f"r{n}", f"row {'x' * n}", picture=picture(60 + 4 * n))
    shelf.build()
    # What the second build drops was encoded for the first; the new row is dropped before it is.
    shelf.put("dark", "a dark one", picture=picture(3))
    opened = shelf.build(settings=["picture/shade.too-dark.at_least=100"])
    found = mapped(opened, "caption_curve", points=100)
    fates = [found["colours"]["fate"]["labels"][code] for code in found["colours"]["fate"]["codes"]]
    assert dict(zip(found["ids"], fates, strict=True)) == {
        f"r{n}": "kept" if 60 + 4 * n >= 100 else "dropped" for n in range(20)
    }
    assert (found["of"], found["kept"], found["without"]) == (21, 10, 1)
    public = mapped(opened, "caption_curve", points=100, public=True)
    assert (public["of"], len(public["units"]), public["kept"]) == (10, 10, 10)


def test_a_dropped_row_has_its_nearest_where_it_was_encoded(shelf):
    shelf.put("a", "the dark one", picture=picture(60))
    shelf.put("b", "a longer one", picture=picture(120))
    shelf.put("c", "a longer two", picture=picture(200))
    shelf.build()
    opened = shelf.build(settings=["picture/shade.too-dark.at_least=100"])
    unit = int(chosen(opened, Where(fate="dropped"))[0])
    assert {row["row_id"] for row in neighbours(opened, np.array([unit]))[unit][0]["rows"]} == {"b", "c"}
    assert neighbours(opened, np.array([unit]), public=True)[unit] == []


def test_umap_is_offered_where_it_is_installed(whole, monkeypatch):
    class Layout:
        def __init__(self, **options):
            assert (options["random_state"], options["n_neighbors"]) == (0, 15)

        def fit_transform(self, vectors):
            # It has no place for a point that is like no other.
            return np.where(np.arange(len(vectors))[:, None] == 3, np.nan, vectors[:, :2])

    assert methods() == ["pca"]
    monkeypatch.setitem(sys.modules, "umap", types.SimpleNamespace(UMAP=Layout, __spec__=object()))
    monkeypatch.setattr(maps, "find_spec", lambda name: object())
    assert methods() == ["pca", "umap"]
    found = mapped(whole, "caption_curve", method="umap", points=30, public=True)
    assert (found["share"], len(found["x"]), found["without"]) == (None, 29, 1)
    assert mapped(whole, "caption_curve", method="umap", points=5, public=True)["share"] == pytest.approx(1)


def test_two_versions_are_compared_by_reason(whole):
    before = earlier(whole)
    found = difference(whole, before)
    reasons = {each["reason"]: (each["before"], each["after"]) for each in found["reasons"]}
    assert reasons["too-dark"] == tuple(each.counts["dropped"]["too-dark"] for each in (before, whole.version))
    assert found["rows"]["removed"] == found["rows"]["before"] - found["rows"]["after"]


def test_health_finds_what_is_missing_and_values_that_splits_share(shelf):
    shelf.put("a", "the same", picture=picture(60))
    shelf.put("b", "the same", split="test", picture=picture(120))
    shelf.put("c", None, picture=picture(180))
    found = health(shelf.build())
    assert {each["field"]: (each["missing"], each["rows"]) for each in found["missing"]}["caption"] == (1, 3)
    assert {each["field"]: each["values"] for each in found["leaks"]} == {"picture": 0, "caption": 1}
    assert found["licences"][0]["licence"] == "not stated"


def test_health_names_the_value_that_is_far_from_all_others(shelf):
    for n in range(30):
        shelf.put(f"r{n}", "x" * (20 + n % 5))
    shelf.put("far", "x" * 900)
    found = health(shelf.build())["outliers"]
    assert (found[0]["column"], found[0]["rows"]) == ("words/length.length", 1)
    assert found[0]["examples"][0]["row_id"] == "far"


def test_texts_of_rows_that_are_not_kept_come_from_the_source_while_they_are_the_same(full, whole, monkeypatch):
    from mmhub import plugins
    from mmhub.pages.rereading import reread

    monkeypatch.setattr(plugins, "discover", lambda: OFFERS)
    units = chosen(whole, Where(reason="too-dark"))[:1]
    assert cards(whole, units, Originals(whole), Words(whole))[0]["texts"] == []
    words = Words(whole, reread(whole, full.asked()).found.units)
    assert cards(whole, units, Originals(whole), words)[0]["texts"] == [
        {"field": "caption", "text": "picture of shade 8"}
    ]


def test_a_spectrogram_shows_a_tone_where_it_lies():
    times = np.arange(24_000) / 24_000
    picture_of = spectrogram(np.sin(2 * np.pi * 6_000 * times).astype(np.float32)).astype(int)
    brightest = picture_of.sum(axis=(1, 2)).argmax()
    assert picture_of.shape == (64, 160, 3)
    # Half of 12 kHz, from the bottom.
    assert abs(brightest - 32) <= 1
    assert spectrogram(np.zeros(0, np.float32)).shape == (64, 160, 3)


def test_numbers_are_such_as_json_and_javascript_can_hold():
    assert plain({"a": [float("nan"), 0.1234567891, 2**60, True, b"\x01"]}) == {
        "a": [None, 0.1234568, "1000000000000000", True, "01"]
    }


def test_a_hostile_caption_stays_what_it_is(whole):
    place = whole.units["row_id"].to_pylist().index("hostile")
    assert whole_row(whole, place, Originals(whole), Words(whole))["texts"][0]["text"] == HOSTILE
