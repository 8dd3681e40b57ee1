import hashlib
import io
import json

import av
import pytest
from datasets import Video

from mmhub import SourceError

LIST = "video_id,category_1,category_2,rank,task_id\nnVbIUDjzWY4,Cars & Other Vehicles,Motorcycles,27,52907\n"


def said(row):
    """Return what is said in a video, and from when to when."""
    return [*zip(row["start_seconds"], row["end_seconds"], row["text"], strict=True)]


def test_the_samples_are_published_as_clips(samples, publish):
    done = publish("howto100m", samples / "howto100m", "video/duration")
    assert done.report.rows["read"] == 20
    assert done.report.rows["segmented"] == 7
    assert done.report.decoded == 18, "every clip, and the three videos without captions"
    assert done.report.quarantined == {"not-found": 2}
    assert done.report.dropped == {"too-short": 4, "missing": 3}
    fates = done.fates()
    assert (fates["nVbIUDjzWY4"], fates["CTPAZ2euJ2Q"]) == ("not-found", "not-found")
    assert [name for name, fate in fates.items() if fate == "missing"] == ["bbb_432_433", "pancakeflip", "ZNVhz7ctTq0"]
    assert (fates["nasa_013013"], fates["grid_swwp2s#0"]) == ("segmented", "too-short")
    assert done.loaded["train"]["row_id"] == [
        "grid_bbaf2n#0",
        "grid_brbk7n#0",
        "grid_lbax4n#0",
        "grid_lbbc2a#0",
        "grid_lrwp9a#0",
        "grid_swwp2s#1",
        "grid_swwp2s#5",
        "nasa_013013#0",
        "nasa_013013#1",
        "nasa_013013#2",
        "nasa_013013#3",
    ]
    last = done.loaded["train"].cast_column("video", Video(decode=False))[10]
    clip = last.pop("video")["bytes"]
    assert last == {
        "row_id": "nasa_013013#3",
        "text": "This half of the observatory element successfully",
        "start_seconds": 12.47,
        "end_seconds": 16.57,
        "clip_start_seconds": 8.08,
        "video_id": "nasa_013013",
        "category_1": "Computers and Electronics",
        "category_2": "Space",
        "rank": 1,
        "task_id": 900002,
        "task": "Assemble a Space Telescope",
    }
    # The video has 325 pictures, 25 a second: those from the key picture before the words on.
    assert pictures(clip) == pictures((samples / "howto100m/videos/nasa_013013.mp4").read_bytes())[202:]


def pictures(data):
    with av.open(io.BytesIO(data)) as film:
        return [hashlib.sha256(frame.to_ndarray(format="gray")).digest() for frame in film.decode(video=0)]


def test_the_three_forms_of_captions_hold_the_same_clips(samples, read):
    forms = {
        name: {key: said(row) for key, row in read("howto100m", samples / "howto100m", captions=name).rows.items()}
        for name in ("raw_caption.json", "caption.json", "howto100m_captions")
    }
    raw, bare = forms["raw_caption.json"], forms["caption.json"]
    assert forms["howto100m_captions"] == raw
    assert sum(map(len, raw.values())) == 15
    # Without stop words nothing is left of one caption.
    assert [cue for cue in raw["grid_swwp2s"] if cue[:2] not in [each[:2] for each in bare["grid_swwp2s"]]] == [
        (1.09, 1.22, "with")
    ]
    assert bare["grid_bbaf2n"] == [(0.0, 2.98, "bin blue f two now")]


def test_rolling_captions_are_told_once(put, read):
    texts = ["so today we", "so today we will whisk", "will whisk the eggs", "the eggs with sugar"]
    rolling = {"start": [0.0, 2.0, 4.0, 6.0], "end": [4.0, 6.0, 8.0, 9.0], "text": texts}
    data = put("raw_caption.json", {"nVbIUDjzWY4": rolling}).parent
    (row,) = read("howto100m", data).rows.values()
    assert said(row) == [(0, 2, "so today we"), (2, 4, "will whisk"), (4, 6, "the eggs"), (6, 9, "with sugar")]


def test_a_caption_that_is_wrong_costs_itself(put, read):
    cues = {
        "start": [0.0, float("nan"), 5.0, "x", 9.0, -1],
        "end": [1.0, 2.0, 4.0, 8.0, 10.0, 1],
        "text": ["one", "two", "three", "four", None, "six"],
    }
    other = {"start": [0.0], "end": [1.0], "text": ["far"]}
    text = json.dumps({"nVbIUDjzWY4": cues, "../../etc/x": other, "CTPAZ2euJ2Q": {**other, "end": []}}, indent=0)
    text = text.removesuffix("\n}") + ',\n"nVbIUDjzWY4": {"start": [], "end": [], "text": []}}'
    data = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    found = read("howto100m", put("raw_caption.json", data).parent)
    assert {key: said(row) for key, row in found.rows.items()} == {"nVbIUDjzWY4": [(0, 1, "one")]}
    messages = [message for _, message in found.lost.values()]
    assert messages[0] == (
        "raw_caption.json:2 nVbIUDjzWY4[1]: the start is nan: expected a number of seconds, zero or more"
    )
    assert messages[1].endswith("nVbIUDjzWY4[2]: it ends at 4 s, before it starts at 5 s")
    assert messages[2].endswith("nVbIUDjzWY4[3]: the start is 'x': expected a number of seconds")
    assert messages[3].endswith("nVbIUDjzWY4[5]: the start is -1: expected a number of seconds, zero or more")
    assert "'../../etc/x' is no id of YouTube's" in messages[4]
    assert "1 starts, 0 ends and 1 texts" in messages[5]
    assert "the video was there before" in messages[6]


def test_captions_that_are_not_utf8_cost_their_video(put, read):
    cues = b'{"start": [0], "end": [1], "text": ["caf\xe9"]}'
    data = b'{"nVbIUDjzWY4": ' + cues + b',\n "CTPAZ2euJ2Q": ' + cues.replace(b"\xe9", b"e") + b"}"
    found = read("howto100m", put("raw_caption.json", data).parent)
    assert list(found.rows) == ["CTPAZ2euJ2Q"]
    place = "raw_caption.json:1 nVbIUDjzWY4"
    assert found.lost == {place: ("malformed", f"{place}: it is not UTF-8")}


def test_a_line_of_a_table_that_is_wrong_costs_itself(put, read):
    data = put(
        "howto100m_captions/nVbIUDjzWY4.csv",
        b"\xef\xbb\xbfstart,end,text\r\n0,1,one\r\n1,2\r\n2,3,caf\xe9\r\n3,4,four\r\n",
    )
    put("howto100m_captions/CTPAZ2euJ2Q.csv", b"start,text\n0,one\n")
    put("HowTo100M_v1.csv", LIST + LIST.splitlines()[1] + "\nCTPAZ2euJ2Q,Cars,Motors,many,1\n")
    found = read("howto100m", data.parents[1])
    assert said(found.rows["nVbIUDjzWY4"]) == [(0, 1, "one"), (3, 4, "four")]
    assert found.rows["nVbIUDjzWY4"]["category_1"] == "Cars & Other Vehicles"
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
