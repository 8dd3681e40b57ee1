from pathlib import Path

import pytest
from tones import write_tone

import mmhub
from mmhub import SourceError
from mmhub.recipes import catalogue

PAGE = Path(__file__).parents[2] / "docs/datasets/audiocaps.md"

HEAD = "audiocap_id,youtube_id,start_time,caption\n"
CLOTHO = "file_name,caption_1,caption_2,caption_3,caption_4,caption_5\n"


def test_sounds_of_audiocaps_are_published_with_all_their_captions(tmp_path, put, publish):
    put("train.csv", HEAD + '91139,r1nicOVtvkQ,130,"A woman talks, then taps"\n')
    put("val.csv", HEAD + "1,vfY_TJq7n_U,130,Rain\n2,vfY_TJq7n_U,130,It rains\n3,-0Gj8-vB1q4,30,A dog\n")
    write_tone(tmp_path / "data" / "wav" / "r1nicOVtvkQ_130.wav", 220)
    write_tone(tmp_path / "data" / "wav" / "YvfY_TJq7n_U_130.000_140.000.wav", 330)
    done = publish("audiocaps", tmp_path / "data", "text/length", "audio/duration")
    assert done.fates() == {"r1nicOVtvkQ_130": "kept", "vfY_TJq7n_U_130": "kept", "-0Gj8-vB1q4_30": "not-found"}
    assert done.loaded["validation"]["captions"][:] == [["Rain", "It rains"]]
    assert done.loaded["train"]["captions"][:] == [["A woman talks, then taps"]]


def test_a_sound_that_was_not_cut_is_dropped_and_a_recipe_cuts_it(tmp_path, put):
    data = put("train.csv", HEAD + "1,vfY_TJq7n_U,3,Rain\n2,vfY_TJq7n_U,40,It rains\n").parent
    write_tone(data / "vfY_TJq7n_U.wav", 330, seconds=16)
    others = [step.called for step in catalogue.entry("audiocaps").recipe.steps if step.called != "audio/duration"]
    whole = put("whole.yaml", f"extends: audiocaps\nwithout: {others}\n")
    cut = put("cut.yaml", PAGE.read_text().partition('title="cut.yaml"\n')[2].partition("```")[0])
    cut.write_text(cut.read_text() + f"without: {others}\n")
    request = {"data_dir": data, "store": tmp_path / "store", "workers": 1}
    assert mmhub.build(str(whole), **request).dropped == {"too-long": 2}
    assert mmhub.build(str(cut), **request).quarantined == {"out-of-bounds": 1}
    row = next(row for row in mmhub.load_ledger("cut", store=tmp_path / "store") if row["fate"] == "kept")
    assert (row["row_id"], row["start"], row["end"]) == ("vfY_TJq7n_U_3#0", 3_000_000_000, 13_000_000_000)


def test_a_line_of_audiocaps_that_is_wrong_costs_that_line(put, read):
    lines = [
        "1,vfY_TJq7n_U,nan,Rain",
        "2,vfY,30,Rain",
        "3,vfY_TJq7n_U,30,",
        "4,vfY_TJq7n_U,30,Rain",
        "4,vfY_TJq7n_U,30,Again",
        "5,vfY_TJq7n_U,-3,Rain",
        "6,vfY_TJq7n_U,30",
    ]
    data = b"\xef\xbb\xbf" + "\r\n".join([HEAD.strip(), *lines, ""]).encode() + b"7,vfY_TJq7n_U,30,caf\xe9\r\n"
    found = read("audiocaps", put("test.csv", data).parent)
    assert {name: row["captions"] for name, row in found.rows.items()} == {"vfY_TJq7n_U_30": ["Rain"]}
    assert {place: reason for place, (reason, _) in found.lost.items()} == {
        "test.csv:2": "malformed",
        "test.csv:3": "malformed",
        "test.csv:4": "malformed",
        "test.csv:6": "duplicate",
        "test.csv:7": "malformed",
        "test.csv:8": "malformed",
        "test.csv:9": "malformed",
    }
    said = {place: message for place, (_, message) in found.lost.items()}
    assert said["test.csv:2"] == "test.csv:2: the start is 'nan': expected a number of seconds, zero or more"
    assert said["test.csv:4"] == "test.csv:4: there is no caption"
    assert said["test.csv:6"] == "test.csv:6: '4' was in test.csv:5 before"
    assert said["test.csv:7"] == "test.csv:7: the start is '-3': expected a number of seconds, zero or more"
    assert said["test.csv:8"] == "test.csv:8: expected 4 values, found 3"
    assert said["test.csv:9"] == "test.csv:9: it is not UTF-8"


def test_a_line_of_clotho_that_is_wrong_costs_that_line(put, read):
    lines = [
        "Door.wav,a,b,c,d,e",
        "Door.wav,a,b,c,d,e",
        "Rain.wav,a,b,,d,e",
        ",a,b,c,d,e",
        '"Open.wav,a,b,c,d,e',
        "Bell.wav,a,b,c,d,e",
    ]
    data = b"\xef\xbb\xbf" + "\r\n".join([CLOTHO.strip(), *lines, ""]).encode() + b"Caf\xe9.wav,a,b,c,d,e\r\n"
    name = "clotho_captions_validation.csv"
    found = read("clotho", put(name, data).parent)
    assert list(found.rows) == ["validation/Door", "validation/Bell"]
    said = {int(place.rpartition(":")[2]): found.lost[place] for place in found.lost}
    assert said[3] == ("duplicate", f"{name}:3: 'validation/Door' was in {name}:2 before")
    assert said[4] == ("malformed", f"{name}:4: there is no caption_3")
    assert said[5] == ("malformed", f"{name}:5: there is no file_name")
    assert said[6][0] == "malformed"
    assert said[8] == ("malformed", f"{name}:8: it is not UTF-8")


def test_a_table_of_clotho_without_a_column_ends_the_build_with_those_it_has(put, read):
    table = put("clotho_captions_validation.csv", "file_name,caption_1,caption_2\nDoor.wav,a,b\n")
    with pytest.raises(SourceError, match=r"clotho_captions_validation\.csv' has no column 'caption_3'"):
        read("clotho", table.parent)


def test_a_table_without_a_column_ends_the_build_with_those_it_has(put, read):
    table = put("train.csv", "audiocap_id,youtube,start_time,caption\n1,vfY_TJq7n_U,30,Rain\n")
    with pytest.raises(SourceError, match=r"has no column 'youtube_id': its first line has .*; did you mean 'youtube'"):
        read("audiocaps", table.parent)


def test_sounds_of_clotho_are_published_with_their_licences(tmp_path, put, publish):
    put("clotho_captions_development.csv", CLOTHO + "Rain on caf\u00e9.wav,a,b,c,d,e\ngone.wav,a,b,c,d,e\n")
    put("clotho_captions_evaluation.csv", CLOTHO + "Door.wav,f,g,h,i,j\nDoor.wav,f,g,h,i,j\nOther.wav,f,g,h,i\n")
    about = "file_name,keywords,sound_id,sound_link,start_end_samples,manufacturer,license\n"
    line = 'Rain on caf\u00e9.wav,rain;street,1,https://freesound.org/1,"[0, 1]",Ren\u00e9,https://cc.org/by/3.0/\n'
    put("clotho_metadata_development.csv", (about + line).encode("cp1252"))
    write_tone(tmp_path / "data" / "development" / "Rain on caf\u00e9.wav", 220)
    write_tone(tmp_path / "data" / "evaluation" / "Door.wav", 330)
    done = publish("clotho", tmp_path / "data", "text/length", "audio/duration")
    assert done.report.quarantined == {"not-found": 1, "duplicate": 1, "malformed": 1}
    row = done.loaded["train"].remove_columns("audio")[0]
    assert row == {
        "row_id": "development/Rain on caf\u00e9",
        "captions": ["a", "b", "c", "d", "e"],
        "keywords": "rain;street",
        "licence": "https://cc.org/by/3.0/",
        "url": "https://freesound.org/1",
    }
    assert done.loaded["test"]["row_id"][:] == ["evaluation/Door"]
