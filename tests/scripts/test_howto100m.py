import json

import pytest

from mmhub import SourceError

LIST = "video_id,category_1,category_2,rank,task_id\nnVbIUDjzWY4,Cars & Other Vehicles,Motorcycles,27,52907\n"


def test_the_samples_are_published_as_clips(samples, publish):
    done = publish("howto100m", samples / "howto100m", "video/duration")
    rows = done.loaded["train"].select_columns(["row_id", "text", "start_seconds", "end_seconds", "task"])
    assert done.report.rows["read"] == 20
    assert done.report.quarantined == {"not-found": 2}
    assert done.report.dropped["missing"] == 3
    fates = done.fates()
    assert (fates["nVbIUDjzWY4"], fates["CTPAZ2euJ2Q"]) == ("not-found", "not-found")
    assert [name for name, fate in fates.items() if fate == "missing"] == ["bbb_432_433", "pancakeflip", "ZNVhz7ctTq0"]
    assert rows["row_id"][:6] == [
        "grid_bbaf2n_00000000",
        "grid_brbk7n_00000000",
        "grid_lbax4n_00000000",
        "grid_lbbc2a_00000000",
        "grid_lrwp9a_00000000",
        "grid_swwp2s_00000490",
    ]
    assert rows[14] == {
        "row_id": "nasa_013013_00012470",
        "text": "This half of the observatory element successfully",
        "start_seconds": 12.47,
        "end_seconds": 16.57,
        "task": "Assemble a Space Telescope",
    }


def test_the_three_forms_of_captions_hold_the_same_clips(samples, read):
    forms = {
        name: read("howto100m", samples / "howto100m", captions=name).rows
        for name in ("raw_caption.json", "caption.json", "howto100m_captions")
    }
    raw = {key: row for key, row in forms["raw_caption.json"].items() if row["text"]}
    assert {key: row for key, row in forms["howto100m_captions"].items() if row["text"]} == raw
    # Without stop words nothing is left of one caption.
    assert set(raw) - set(forms["caption.json"]) == {"grid_swwp2s_00001090"}
    assert forms["caption.json"]["grid_bbaf2n_00000000"]["text"] == "bin blue f two now"


def test_rolling_captions_are_told_once(put, read):
    texts = ["so today we", "so today we will whisk", "will whisk the eggs", "the eggs with sugar"]
    rolling = {"start": [0.0, 2.0, 4.0, 6.0], "end": [4.0, 6.0, 8.0, 9.0], "text": texts}
    data = put("raw_caption.json", {"nVbIUDjzWY4": rolling}).parent
    rows = read("howto100m", data).rows
    assert [row["text"] for row in rows.values()] == ["so today we", "will whisk", "the eggs", "with sugar"]
    assert [(row["start_seconds"], row["end_seconds"]) for row in rows.values()] == [(0, 2), (2, 4), (4, 6), (6, 9)]


def test_a_caption_that_is_wrong_costs_itself(put, read):
    cues = {
        "start": [0.0, float("nan"), 5.0, "x", 9.0],
        "end": [1.0, 2.0, 4.0, 8.0, 10.0],
        "text": ["one", "two", "three", "four", None],
    }
    other = {"start": [0.0], "end": [1.0], "text": ["far"]}
    text = json.dumps({"nVbIUDjzWY4": cues, "../../etc/x": other, "CTPAZ2euJ2Q": {**other, "end": []}}, indent=0)
    text = text.removesuffix("\n}") + ',\n"nVbIUDjzWY4": {"start": [], "end": [], "text": []}}'
    found = read("howto100m", put("raw_caption.json", text).parent)
    assert list(found.rows) == ["nVbIUDjzWY4_00000000"]
    messages = [message for _, message in found.lost.values()]
    assert messages[0] == (
        "raw_caption.json:2 nVbIUDjzWY4[1]: the start is nan: expected a number of seconds, zero or more"
    )
    assert messages[1].endswith("nVbIUDjzWY4[2]: it ends at 4 s, before it starts at 5 s")
    assert messages[2].endswith("nVbIUDjzWY4[3]: the start is 'x': expected a number of seconds")
    assert "'../../etc/x' is no id of YouTube's" in messages[3]
    assert "1 starts, 0 ends and 1 texts" in messages[4]
    assert "the video was there before" in messages[5]


def test_a_line_of_a_table_that_is_wrong_costs_itself(put, read):
    data = put("howto100m_captions/nVbIUDjzWY4.csv", b"start,end,text\r\n0,1,one\r\n1,2\r\n2,3,caf\xe9\r\n3,4,four\r\n")
    put("howto100m_captions/CTPAZ2euJ2Q.csv", b"start,text\n0,one\n")
    put("HowTo100M_v1.csv", LIST + LIST.splitlines()[1] + "\nCTPAZ2euJ2Q,Cars,Motors,many,1\n")
    found = read("howto100m", data.parents[1])
    assert list(found.rows) == ["nVbIUDjzWY4_00000000", "nVbIUDjzWY4_00003000"]
    assert found.rows["nVbIUDjzWY4_00000000"]["category_1"] == "Cars & Other Vehicles"
    assert found.lost["nVbIUDjzWY4.csv:3"][1].endswith("expected 3 values, found 2")
    assert found.lost["nVbIUDjzWY4.csv:4"][1].endswith("it is not UTF-8")
    assert "has no column 'end'" in found.lost["CTPAZ2euJ2Q.csv"][1]
    assert found.lost["HowTo100M_v1.csv:3"][0] == "duplicate"
    assert found.lost["HowTo100M_v1.csv:4"][1].endswith("rank is 'many': expected a whole number")


def test_a_file_that_is_cut_off_ends_the_build_with_the_line(put, read):
    cut = put("raw_caption.json", '{"nVbIUDjzWY4": {"start": [0.0],\n "end": [1.0], "te')
    with pytest.raises(SourceError, match=r"raw_caption\.json:1: it is no JSON object, or is cut off"):
        read("howto100m", cut.parent)


def test_without_captions_the_build_ends_with_what_was_expected(tmp_path, read):
    with pytest.raises(SourceError, match=r"holds no captions of HowTo100M: expected raw_caption\.json or"):
        read("howto100m", tmp_path)
