import pytest
from tones import write_tone

from mmhub import SourceError

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


def test_a_line_of_audiocaps_that_is_wrong_costs_that_line(put, read):
    lines = "1,vfY_TJq7n_U,nan,Rain\n2,vfY,30,Rain\n3,vfY_TJq7n_U,30,\n4,vfY_TJq7n_U,30,Rain\n4,vfY_TJq7n_U,30,Again\n"
    found = read("audiocaps", put("test.csv", HEAD + lines).parent)
    assert {name: row["captions"] for name, row in found.rows.items()} == {"vfY_TJq7n_U_30": ["Rain"]}
    assert {place: reason for place, (reason, _) in found.lost.items()} == {
        "test.csv:2": "malformed",
        "test.csv:3": "malformed",
        "test.csv:4": "malformed",
        "test.csv:6": "duplicate",
    }


def test_a_table_without_a_column_ends_the_build_with_those_it_has(put, read):
    table = put("train.csv", "audiocap_id,youtube,start_time,caption\n1,vfY_TJq7n_U,30,Rain\n")
    with pytest.raises(SourceError, match=r"has no column 'youtube_id'; did you mean 'youtube'\?; its first line has"):
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
