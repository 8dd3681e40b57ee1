"""Sounds and videos cut by their cues, and what a build, its ledger and `mmhub why` make of the pieces."""

import json

import numpy as np
import pytest

import mmhub
from mmhub import Media, RecipeError
from mmhub.showing.fate import fate
from mmhub.store import Store
from mmhub.takedown.erasing import erase
from mmhub.takedown.purging import purge
from mmhub_audio import decode as decode_sound
from mmhub_speech import Cue, Subtitles, decode, encode
from mmhub_speech.cutting import CueCutOptions, cut_sound, cut_video
from mmhub_video import decode as decode_video

from .conftest import noise, video, wav

SECOND = 1_000_000_000
CUES = (Cue(SECOND // 2, SECOND, "one"), Cue(5 * SECOND // 4, 2 * SECOND, "two words"))
SUBTITLES = Subtitles(CUES, "srt")
EXACT = CueCutOptions(exact=True)
SCRIPT = """
from collections.abc import Iterator
from pathlib import Path

import mmhub
from mmhub import Column, Recipe, Row, Step


class Options(mmhub.Options):
    data_dir: Path = Path({folder!r})


recipe = Recipe(
    name="talks",
    fields={{
        "sound": Column(modality="audio"),
        "captions": Column(modality="subtitles"),
        "text": Column(modality="text", required=True),
        "speaker": Column(modality="string"),
    }},
    segment=Step("audio/cut-by-cue", options={{"exact": True}}),
    steps=(Step("audio/duration"), Step("text/length")),
)


def rows(options: Options, folder: Path | None) -> Iterator[Row]:
    for path in sorted(options.data_dir.glob("*.wav")):
        captions = path.with_suffix(".srt")
        yield {{
            "row_id": path.stem, "sound": path, "captions": captions if captions.exists() else None, "speaker": "me"
        }}
"""


def test_a_sound_is_cut_at_its_cues_with_their_texts():
    samples = noise(3.0)
    first, second = cut_sound(Media(data=wav(samples)), SUBTITLES, None, EXACT)
    assert (first.start, first.end, second.start, second.end) == (
        CUES[0].start_ns,
        CUES[0].end_ns,
        CUES[1].start_ns,
        CUES[1].end_ns,
    )
    heard = decode_sound(Media(data=second.value)).samples[0]
    assert np.abs(heard - samples[20_000:32_000]).max() < 1e-4
    captions, text = second.beside
    assert text == "two words"
    assert decode(Media(data=captions)) == Subtitles((Cue(0, 3 * SECOND // 4, "two words"),), "srt")


def test_a_video_is_cut_from_the_key_picture_before_each_cue_and_its_subtitles_say_how_much_later_it_is():
    first, second = cut_video(Media(data=video(noise(3.0))), SUBTITLES, None, CueCutOptions())
    assert first.start <= CUES[0].start_ns < first.end
    clip = decode_video(Media(data=second.value))
    assert second.start + clip.duration_seconds * SECOND == pytest.approx(second.end, abs=SECOND / 20)
    captions, _ = second.beside
    (cue,) = decode(Media(data=captions)).cues
    assert second.start + cue.start_ns == pytest.approx(CUES[1].start_ns, abs=SECOND // 1000)


def test_a_video_is_cut_exactly_at_its_cues():
    pieces = cut_video(Media(data=video(noise(3.0))), SUBTITLES, None, EXACT)
    assert [decode_video(Media(data=each.value)).frame_count for each in pieces] == [5, 7]


def test_captions_that_roll_are_cut_once_and_cues_behind_the_end_make_no_piece():
    rolling = tuple(Cue(n * SECOND, (n + 1) * SECOND, f"line {n}\nline {n + 1}") for n in range(4))
    late = (*rolling, Cue(60 * SECOND, 61 * SECOND, "the end"))
    pieces = cut_sound(Media(data=wav(noise(4.0))), Subtitles(late, "vtt"), None, EXACT)
    assert [each.beside[1] for each in pieces] == ["line 0\nline 1", "line 2", "line 3", "line 4"]


def test_a_margin_is_added_on_both_sides():
    options = CueCutOptions(exact=True, margin_seconds=0.1)
    first, _ = cut_sound(Media(data=wav(noise(3.0))), SUBTITLES, None, options)
    assert (first.start, first.end) == (4 * SECOND // 10, 11 * SECOND // 10)
    (cue,) = decode(Media(data=first.beside[0])).cues
    assert (cue.start_ns, cue.end_ns) == (SECOND // 10, 6 * SECOND // 10)


@pytest.fixture
def talks(tmp_path):
    """A folder of three sounds, of which one has no cues, and one has cues that cannot be read."""
    folder = tmp_path / "talks"
    folder.mkdir()
    for seed, name in enumerate(("broken", "cued", "mute")):
        (folder / f"{name}.wav").write_bytes(wav(noise(3.0, seed=seed)))
    (folder / "cued.srt").write_bytes(encode(SUBTITLES))
    (folder / "broken.srt").write_text("no cues at all")
    script = tmp_path / "talks.py"
    script.write_text(SCRIPT.format(folder=str(folder)))
    return script


def test_units_have_their_piece_of_each_field_and_what_was_not_cut_stays(talks, tmp_path):
    store = tmp_path / "store"
    report = mmhub.build(str(talks), store=store, workers=1)
    assert report.rows == {"read": 4, "kept": 2, "dropped": 1, "quarantined": 1, "repaired": 0, "segmented": 1}
    kept = mmhub.load("talks", store=store)["train"]
    assert kept["row_id"][:] == ["cued#0", "cued#1"]
    assert kept["text"][:] == ["one", "two words"]
    assert kept["speaker"][:] == ["me", "me"]

    again = mmhub.build(str(talks), store=store, workers=1)
    assert again.unchanged
    assert again.decoded == 0

    parent, piece = (fate("talks", row_id, store) for row_id in ("cued", "cued#1"))
    assert (parent["fate"], parent["message"]) == ("segmented", "into 2 units")
    assert parent["units"] == [{"fate": "kept", "reason": "", "count": 2}]
    assert set(parent["sha256"]) >= {"sound", "captions"}
    assert piece["span"] == {"parent": "cued", "start": CUES[1].start_ns, "end": CUES[1].end_ns, "unit": "ns"}
    assert fate("talks", "mute", store)["reason"] == "missing"
    broken = fate("talks", "broken", store)
    assert (broken["reason"], broken["message"][:9]) == ("not-subtitles", "captions:")


def test_of_a_row_that_is_purged_no_piece_stays_in_the_store(talks, tmp_path):
    store = Store.at(tmp_path / "store")
    mmhub.build(str(talks), store=store.root, workers=1)
    with store.held_alone():
        asked = purge(store, "talks", ["cued#1"], reason="court order", date="2026-01-01")
        erase(asked, store, reason="court order", date="2026-01-01")
    files = {str(path): path.read_bytes() for path in store.root.rglob("*") if path.is_file()}
    assert [name for name, data in files.items() if b"two words" in data or b"cued" in data] == []


def test_cues_in_another_form_are_cut_alike():
    lists = {"start": [0.5, 1.25], "end": [1.0, 2.0], "text": ["one", "two words"]}
    pieces = cut_sound(Media(data=wav(noise(3.0))), decode(Media(data=json.dumps(lists).encode())), None, EXACT)
    assert [(each.start, each.beside[1]) for each in pieces] == [(cue.start_ns, cue.text) for cue in CUES]


def test_a_recipe_without_a_field_of_texts_is_told_which_fields_are_cut(talks, tmp_path):
    script = tmp_path / "textless.py"
    textless = talks.read_text().replace('"text": Column(modality="text", required=True),', "")
    script.write_text(textless.replace(', Step("text/length")', ","))
    with pytest.raises(RecipeError, match="cuts 3 fields together, which hold audio, subtitles, text"):
        mmhub.build(str(script), store=tmp_path / "store")
