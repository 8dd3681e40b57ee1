import hashlib
from pathlib import Path

import pytest
from datasets import Video

import mmhub
from mmhub import SourceError
from mmhub.recipes import catalogue

PAGE = Path(__file__).parents[2] / "docs/datasets/vggsound.md"
HEAD = "--0PQM4-hqg,30,waterfall burbling,train\n"


def test_the_samples_are_published_under_their_official_names(samples, publish):
    folder = samples / "vggsound"
    done = publish("vggsound", folder, "video/duration")
    assert done.report.rows["read"] == 500
    assert done.report.quarantined == {"not-found": 494}
    kept = [
        "3qesirWAGt4_000020",
        "FIktp5ggvX4_000010",
        "FwVYUHKoLtQ_000034",
        "MK6Gfm0jElc_000000",
        "RQ85Tkl8i2k_000008",
    ]
    assert list(done.loaded) == ["test"]
    rows = done.loaded["test"].cast_column("video", Video(decode=False)).remove_columns("audio")
    assert rows["row_id"] == [*kept, "oBsTZmqrpFQ_000070"]
    assert rows["label"] == [
        "dog barking",
        "dog barking",
        "playing violin, fiddle",
        "baby crying",
        "fireworks banging",
        "playing drum kit",
    ]
    assert rows["start_seconds"] == [20, 10, 34, 0, 8, 70]
    file = folder / "video" / "3qesirWAGt4_000020.mp4"
    assert hashlib.sha256(rows[0]["video"]["bytes"]).digest() == hashlib.sha256(file.read_bytes()).digest()
    assert rows[2]["video"] is None


def test_clips_are_keyed_by_id_and_start(samples, read):
    rows = read("vggsound", samples / "vggsound").rows
    assert len(rows) == 500
    twice = [row_id for row_id in rows if row_id.startswith("WMZ3ZAMcE3s")]
    assert len(twice) == 2
    assert rows["--9O4XZOge4_000030"]["label"] == "female speech, woman speaking"
    assert rows["--9O4XZOge4_000030"]["split"] == "train"


@pytest.mark.parametrize(
    "name",
    ["--0PQM4-hqg_000030.mp4", "--0PQM4-hqg_30000_40000.mp4", "--0PQM4-hqg_30_40.webm", "a/b/--0PQM4-hqg_30.mkv"],
)
def test_a_clip_is_found_under_the_names_in_use(name, put, read):
    data = put("vggsound.csv", HEAD).parent
    clip = put(f"clips/{name}", b"a clip")
    assert read("vggsound", data).rows["--0PQM4-hqg_000030"]["video"] == clip


def test_clips_are_cut_out_of_whole_videos(samples, lay, put, tmp_path):
    lay(samples / "vggsound/video/3qesirWAGt4_000020.mp4", "videos/3qesirWAGt4.mp4")
    lines = [f"3qesirWAGt4,{start},dog barking,test" for start in (0, 4, 60)]
    data = put("vggsound.csv", "\n".join(lines) + "\n" + HEAD).parent
    recipe = put("clips.yaml", PAGE.read_text().partition('title="clips.yaml"\n')[2].partition("```")[0])
    steps = [step.called for step in catalogue.entry("vggsound").recipe.steps if step.called != "video/duration"]
    recipe.write_text(recipe.read_text() + f"without: {steps}\n")
    report = mmhub.build(str(recipe), data_dir=data, store=tmp_path / "store", workers=1)
    assert report.quarantined == {"out-of-bounds": 1, "not-found": 1}
    ledger = {row["row_id"]: row for row in mmhub.load_ledger("clips", store=tmp_path / "store")}
    first, second = ledger["3qesirWAGt4_000000#0"], ledger["3qesirWAGt4_000004#0"]
    assert (first["start"], first["end"]) == (0, pytest.approx(10e9, abs=2e8))
    assert second["start"] <= 4e9 < second["end"] <= first["end"]
    assert second["video/duration.duration_seconds"] == pytest.approx((second["end"] - second["start"]) / 1e9, abs=0.1)
    assert mmhub.load("clips", store=tmp_path / "store")["test"]["start_seconds"][:] == [0, 4]


def test_a_line_that_is_wrong_costs_that_line(put, read):
    lines = [
        HEAD.strip(),
        "abc,30,too short an id,train",
        "--56QUhyDQM,nan,playing tennis,train",
        "--56QUhyDQM,-3,playing tennis,train",
        "--56QUhyDQM,185.5,playing tennis,train",
        "--56QUhyDQM,185,playing tennis",
        '--56QUhyDQM,185,"an open quote,train',
        "--0PQM4-hqg,30,waterfall burbling,train",
        "--5OkAjCI7g,40,people belly laughing,holdout",
        "--5OkAjCI7g,40,people belly laughing,test",
    ]
    data = "\ufeff" + "\r\n".join(lines) + "\r\n"
    found = read("vggsound", put("vggsound.csv", data.encode() + b"_5OkAjCI7g,1,caf\xe9,train\r\n").parent)
    assert list(found.rows) == ["--0PQM4-hqg_000030", "--5OkAjCI7g_000040"]
    assert found.lost["vggsound.csv:2"] == (
        "malformed",
        "vggsound.csv:2: 'abc' is no id of YouTube's: expected 11 letters, digits, - or _",
    )
    assert found.lost["vggsound.csv:3"][1].endswith("the start is 'nan': expected a number of seconds, zero or more")
    assert found.lost["vggsound.csv:4"][1].endswith("the start is '-3': expected a number of seconds, zero or more")
    assert found.lost["vggsound.csv:5"][1].endswith("the start is 185.5: expected a whole number of seconds")
    assert found.lost["vggsound.csv:6"][1].endswith("expected 4 values, found 3")
    assert found.lost["vggsound.csv:7"][0] == "malformed"
    assert found.lost["vggsound.csv:8"] == (
        "duplicate",
        "vggsound.csv:8: '--0PQM4-hqg_000030' was in vggsound.csv:1 before",
    )
    assert found.lost["vggsound.csv:9"][1].endswith("the split is 'holdout': expected train or test")
    assert found.lost["vggsound.csv:11"][1].endswith("it is not UTF-8")
    assert len(found.lost) == 9


def test_without_the_annotations_the_build_ends_with_what_was_expected(tmp_path, read):
    with pytest.raises(SourceError, match=r"there is no .*vggsound\.csv': expected the annotations of VGGSound"):
        read("vggsound", tmp_path)
