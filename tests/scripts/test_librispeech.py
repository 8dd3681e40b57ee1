import pytest

from mmhub import SourceError

SPEAKERS = "; reader | sex | subset | minutes | name\n61   | M | test-clean       |  8.02 | Paul Geddis\n"


def test_sentences_are_published_with_their_words(samples, lay, put, publish):
    mfa, libri = samples / "speech" / "mfa", samples / "speech" / "librispeech"
    lay(mfa / "61-70968-0000.flac", "LibriSpeech/test-clean/61/70968/61-70968-0000.flac")
    lay(libri / "6313-76958-0021.flac", "LibriSpeech/dev-clean/6313/76958/6313-76958-0021.flac")
    words = (mfa / "61-70968-0000.lab").read_text().strip()
    put("LibriSpeech/test-clean/61/70968/61-70968.trans.txt", f"61-70968-0000 {words}\n61-70968-0001 GONE\n")
    put("LibriSpeech/dev-clean/6313/76958/6313-76958.trans.txt", "6313-76958-0021 KEEP A GOING\n")
    data = put("LibriSpeech/SPEAKERS.TXT", SPEAKERS).parents[1]
    done = publish("librispeech", data, "audio/duration")
    assert done.fates() == {"6313-76958-0021": "kept", "61-70968-0000": "kept", "61-70968-0001": "not-found"}
    assert done.loaded["test"].remove_columns("speech")[0] == {
        "row_id": "61-70968-0000",
        "transcript": words,
        "speaker": 61,
        "sex": "M",
        "chapter": 70968,
        "subset": "test-clean",
    }
    assert done.loaded["validation"]["transcript"][:] == ["KEEP A GOING"]


def test_a_line_that_is_wrong_costs_that_line(put, read):
    lines = b"1-2-0000 ONE\r\n1-2-0001\n../x TWO\n1-2-0000 ONE\n1-2-0003 CAF\xc9\n1-2-0004 FIVE\n"
    data = put("train-clean-100/1/2/1-2.trans.txt", b"\xef\xbb\xbf" + lines).parents[3]
    found = read("librispeech", data)
    assert {name: row["transcript"] for name, row in found.rows.items()} == {"1-2-0000": "ONE", "1-2-0004": "FIVE"}
    assert found.rows["1-2-0000"]["split"] == "train"
    expected = "expected speaker-chapter-number and words, found"
    assert found.lost == {
        "1-2.trans.txt:2": ("malformed", f"1-2.trans.txt:2: {expected} '1-2-0001'"),
        "1-2.trans.txt:3": ("malformed", f"1-2.trans.txt:3: {expected} '../x TWO'"),
        "1-2.trans.txt:4": ("duplicate", "1-2.trans.txt:4: '1-2-0000' was in 1-2.trans.txt:1 before"),
        "1-2.trans.txt:5": ("malformed", "1-2.trans.txt:5: it is not UTF-8"),
    }


def test_a_folder_without_transcripts_ends_the_build_with_what_was_expected(tmp_path, read):
    with pytest.raises(SourceError, match=r"holds no LibriSpeech: expected subset/speaker/chapter/\*\.trans\.txt"):
        read("librispeech", tmp_path)
