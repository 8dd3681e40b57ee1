import pytest
from datasets import Audio
from iemocap_tree import HEADER, write_iemocap, write_text
from tones import write_tone

from mmhub import SourceError

DIALOGUE = "Ses01F_impro01"
HEAD = "[6.2901 - 8.2357]\tSes01F_impro01_F000\tneu\t[2.5000, 2.5000, 2.5000]\n"


@pytest.fixture
def judged(tmp_path):
    """A function that writes one dialogue, of what annotators heard and of what was said; it returns the release."""

    def write(evaluation, transcription=""):
        dialog = tmp_path / "IEMOCAP_full_release" / "Session1" / "dialog"
        write_text(dialog / "EmoEvaluation" / f"{DIALOGUE}.txt", evaluation)
        write_text(dialog / "transcriptions" / f"{DIALOGUE}.txt", transcription)
        return tmp_path / "IEMOCAP_full_release"

    return write


def test_a_tree_in_the_official_layout_is_published_by_sessions(tmp_path, publish):
    write_iemocap(tmp_path)
    done = publish("iemocap", tmp_path, "audio/duration")
    assert done.report.rows["read"] == done.report.rows["kept"] == 20
    assert {split: set(rows["session"]) for split, rows in done.loaded.items()} == {
        "train": {1, 2, 3},
        "validation": {4},
        "test": {5},
    }
    row = done.loaded["test"].cast_column("speech", Audio(decode=False))[1]
    assert row.pop("speech")["bytes"][:4] == b"RIFF"
    assert row == {
        "row_id": "Ses05F_impro01_M001",
        "transcript": "Words number 1.",
        "emotion": "anger",
        "code": "ang",
        "valence": 2.5,
        "activation": 3.0,
        "dominance": 3.5,
        "judges": ["E2", "E4"],
        "judgements": ["Neutral", "Anger; Frustration (curious)"],
        "raters": ["E3", "E4"],
        "ratings": [[3.0, 2.0, 2.0], [2.0, None, 5.0]],
        "dialogue": "Ses05F_impro01",
        "is_scripted": False,
        "session": 5,
        "speaker": "Ses05M",
        "start_seconds": 8.2901,
        "end_seconds": 10.0,
    }


def test_no_speaker_is_in_two_splits(tmp_path, read):
    rows = read("iemocap", write_iemocap(tmp_path), validation_session=None, test_session=2).rows.values()
    speakers = {split: {row["speaker"] for row in rows if row["split"] == split} for split in ("train", "test")}
    assert speakers["test"] == {"Ses02F", "Ses02M"}
    assert len(speakers["train"]) == 8


def test_a_turn_annotators_did_not_agree_on_has_no_emotion(judged, read):
    rows = read("iemocap", judged(HEAD.replace("neu", "xxx"))).rows
    assert rows["Ses01F_impro01_F000"]["emotion"] is None
    assert rows["Ses01F_impro01_F000"]["code"] == "xxx"


def test_the_oddities_of_the_corpus_are_read(judged, read):
    transcription = (
        b"M: What was that?\nSes01F_impro01_F000 [006.2901-008.2357]: It\x92s caf\xe9.\r\n"
        b"Ses01F_impro01_MXX0 [001.0000-002.0000]: Hm.\n"
    )
    evaluation = "\ufeff" + HEADER + HEAD + "C-F1:\tNeutral;\t(curious)\n\n" + HEAD.replace("F000", "M000")
    release = judged(evaluation.replace("\n", "\r\n"), transcription)
    write_text(release / "Session1" / "dialog" / "EmoEvaluation" / f"._{DIALOGUE}.txt", b"\0\5\x16\7\0\2")
    write_text(release / "Session1" / "dialog" / "EmoEvaluation" / "Categorical" / f"{DIALOGUE}_e1_cat.txt", "x")
    found = read("iemocap", release)
    assert found.lost == {}
    assert {name: row["transcript"] for name, row in found.rows.items()} == {
        "Ses01F_impro01_F000": "It’s café.",
        "Ses01F_impro01_M000": None,
    }
    assert found.remarks == ["1 utterance (Ses01F_impro01_MXX0) with a transcript that nobody judged: left out"]


def test_a_line_that_is_wrong_costs_that_line(judged, read):
    lines = [
        HEAD,
        "C-E2 Neutral\n",
        "A-E3:\tval 3; act 2; dom  2;\t()\n",
        HEAD,
        HEAD.replace("6.2901", "nan").replace("F000", "F001"),
        HEAD.replace("6.2901", "9.5").replace("F000", "F002"),
        HEAD.replace("neu", "joy").replace("F000", "F003"),
        HEAD.replace(", 2.5000]", "]").replace("F000", "F004"),
        HEAD.replace("Ses01F_impro01_F000", "../../x"),
        "[1 - 2]\n",
        HEAD.replace("6.2901", "-6").replace("F000", "F005"),
        HEAD.replace("F000", "F009"),
    ]
    said = "Ses01F_impro01_F000 [1-2]: One.\nSes01F_impro01_F000 [1-2]: Two.\nSes01F_impro01_F009 Three.\n"
    found = read("iemocap", judged("".join(lines), said))
    assert list(found.rows) == ["Ses01F_impro01_F000", "Ses01F_impro01_F009"]
    assert found.rows["Ses01F_impro01_F000"]["ratings"] == [[3.0, 2.0, 2.0]]
    file = f"EmoEvaluation/{DIALOGUE}.txt"
    assert found.lost[f"{file}:2"][1].startswith(f"{file}:2: expected C-annotator: emotions; (comment), found")
    assert found.lost[f"{file}:4"][0] == "duplicate"
    assert "the start is 'nan'" in found.lost[f"{file}:5"][1]
    assert "it ends at 8.2357 s, before it starts at 9.5 s" in found.lost[f"{file}:6"][1]
    assert "'joy' is no emotion" in found.lost[f"{file}:7"][1]
    assert "expected valence, activation and dominance" in found.lost[f"{file}:8"][1]
    assert "'../../x' is no turn" in found.lost[f"{file}:9"][1]
    assert "expected [start - end] turn" in found.lost[f"{file}:10"][1]
    assert "the start is '-6': expected a number of seconds, zero or more" in found.lost[f"{file}:11"][1]
    assert all(message.startswith(f"{place}: ") for place, (_, message) in found.lost.items())
    assert found.lost[f"transcriptions/{DIALOGUE}.txt:2"][0] == "duplicate"
    assert found.lost[f"transcriptions/{DIALOGUE}.txt:3"][0] == "malformed"
    assert len(found.lost) == 11


def test_a_sound_that_is_not_there_is_looked_for_where_it_should_be(judged, read):
    release = judged(HEAD)
    expected = release / "Session1" / "sentences" / "wav" / DIALOGUE / "Ses01F_impro01_F000.wav"
    write_tone(expected, 220)
    assert read("iemocap", release).rows["Ses01F_impro01_F000"]["speech"] == expected


def test_a_folder_without_sessions_ends_the_build_with_what_was_expected(tmp_path, read):
    with pytest.raises(SourceError, match="holds no IEMOCAP: expected Session1 to Session5"):
        read("iemocap", tmp_path)
