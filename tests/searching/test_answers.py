"""What is found of what is there: by words, by pictures, in columns of every modality."""

import numpy as np
import pytest
from gallery import FILMS, PICTURES, SOUNDS, TWIN, UNTOLD
from PIL import Image

import mmhub
from dataset_scripts.demo.scenes import COLOURS, SHAPES
from mmhub import MmhubError, SourceError, VersionError
from mmhub.store import Store
from mmhub.version import commit, find

WITH_PICTURES = PICTURES + 2


def ids(rows):
    return [row["row_id"] for row in rows]


def share(gallery, rows, part, wanted):
    """Return the share of rows whose picture shows what was asked for."""
    return np.mean([getattr(gallery.scenes.get(row["row_id"]), part, None) == wanted for row in rows])


def test_words_find_pictures_of_what_they_say(gallery):
    coloured = [share(gallery, gallery.search(f"a {each} shape", top=5), "colour", each) for each in COLOURS]
    shaped = [share(gallery, gallery.search(f"a {each}", top=5), "shape", each) for each in SHAPES]
    # By chance it would be one in ten colours, and one in six shapes.
    assert np.mean(coloured) > 0.4
    assert np.mean(shaped) > 0.4


def test_a_caption_finds_its_own_picture_among_the_first(gallery):
    captions = {row_id: told[0] for row_id, told in gallery.column("captions").items() if row_id in gallery.scenes}
    some = list(captions)[10:30]
    assert np.mean([row_id in ids(gallery.search(captions[row_id], top=5)) for row_id in some]) > 0.8


@pytest.mark.parametrize("column", ["image_clip", "captions_clip"])
def test_it_finds_what_comparing_all_vectors_finds(gallery, column):
    own = np.array(gallery.column("image_clip")["p11"])
    best = {}
    for row_id, found in gallery.column(column).items():
        vectors = np.array(found or np.zeros((0, len(own)))).reshape(-1, len(own))
        if len(vectors):
            best[row_id] = float((vectors @ own).max())
    answered = gallery.search(image=gallery.folder / "p11.jpg", column=column, top=100)
    assert sorted(ids(answered)) == sorted(best)
    assert [row["score"] for row in answered] == pytest.approx(sorted(best.values(), reverse=True), abs=1e-5)


def test_a_picture_finds_itself_first(gallery):
    for row_id in ("p00", "p23", "p59"):
        first = gallery.search(image=gallery.folder / f"{row_id}.jpg", column="image_clip", top=1)[0]
        assert (first["rank"], first["row_id"]) == (1, row_id)
        assert first["score"] >= 0.9999


def test_a_picture_is_looked_for_among_pictures(gallery):
    assert gallery.search(image=gallery.folder / "p23.jpg", top=1)[0]["row_id"] == "p23"


def test_ties_are_in_the_order_of_row_id(gallery):
    first, second = gallery.search(image=gallery.folder / "p07.jpg", top=2)
    assert ids([first, second]) == ["p07", TWIN]
    assert first["score"] == second["score"]


def test_a_tie_at_the_end_of_the_list_goes_to_the_lower_row_id(gallery):
    assert ids(gallery.search(image=gallery.folder / "p07.jpg", top=1)) == ["p07"]


def test_of_a_list_the_nearest_value_answers_for_its_row_once(gallery):
    for caption in gallery.column("captions")["p12"]:
        found = gallery.search(caption, column="captions_clip", top=100)
        assert found[0]["text"] == caption
        assert found[0]["score"] >= 0.9999
        assert len(set(ids(found))) == len(found) == PICTURES + 1 + SOUNDS
        assert UNTOLD not in ids(found)


def test_words_find_sounds_and_films_where_their_column_is_named(gallery):
    heard = gallery.search("a steady low tone", column="audio_clap", top=100)
    filmed = gallery.search("a red circle moves left", column="video_frames", top=100)
    assert sorted(ids(heard)) == [f"s{n}" for n in range(SOUNDS)]
    assert sorted(ids(filmed)) == [f"f{n}" for n in range(FILMS)]


@pytest.mark.parametrize(("modality", "file"), [("audio", "s3.wav"), ("video", "f1.mp4")])
def test_a_sound_and_a_film_are_looked_for_among_their_own_kind_and_find_themselves(gallery, modality, file):
    first, second = gallery.search(**{modality: gallery.folder / file}, top=2)
    assert (first["row_id"], second["row_id"][0]) == (file[:2], file[0])
    assert first["score"] == pytest.approx(1, abs=1e-5)
    assert second["score"] < 0.99


def test_rows_without_a_vector_are_not_found(gallery):
    assert len(gallery.search("anything", top=1000)) == WITH_PICTURES


def test_a_row_is_plain_data(gallery):
    row = gallery.search("a blue star", top=1)[0]
    assert list(row) == ["rank", "row_id", "score", "split", "text", "thumbnail"]
    assert (row["rank"], row["split"], row["thumbnail"], type(row["score"])) == (1, "train", None, float)


def test_thumbnails_show_pictures_and_the_first_frame_of_films(gallery, tmp_path):
    (seen,) = gallery.search(image=gallery.folder / "p03.jpg", top=1, thumbnails=tmp_path / "small")
    assert seen["thumbnail"] == str(tmp_path / "small" / "001-p03.jpg")
    with Image.open(seen["thumbnail"]) as small, Image.open(gallery.folder / "p03.jpg") as whole:
        assert (small.format, small.size) == ("JPEG", whole.size)
        assert np.abs(np.asarray(small, float) - np.asarray(whole.convert("RGB"), float)).mean() < 4
    films = gallery.search("a shape", column="video_frames", top=10, thumbnails=tmp_path / "small")
    assert len(films) == FILMS
    for row in films:
        with Image.open(row["thumbnail"]) as frame:
            assert frame.size == (64, 64)


def test_a_sound_has_no_thumbnail(gallery, tmp_path):
    heard = gallery.search("a bell", column="audio_clap", top=3, thumbnails=tmp_path)
    assert [row["thumbnail"] for row in heard] == [None] * 3


def test_a_column_that_is_not_there_is_an_error_that_names_the_nearest(gallery):
    with pytest.raises(VersionError, match=r"'gallery@1\.0\.0' has no column of vectors 'image_clop'; did you mean"):
        gallery.search("a dog", column="image_clop")


def test_a_version_that_is_not_there_is_an_error(gallery):
    with pytest.raises(VersionError, match=r"'gallery' has no version '7\.0\.0'; it has 1\.0\.0"):
        gallery.search("a dog", version="gallery@7.0.0")


def test_a_column_whose_encoder_does_not_read_the_query_is_an_error(gallery):
    with pytest.raises(
        VersionError,
        match=r"made by 'audio/clap', which reads audio and text, and no image; search in image_clip .*, captions_clip",
    ):
        gallery.search(image=gallery.folder / "p00.jpg", column="audio_clap")


def test_a_file_that_is_no_picture_is_an_error(gallery):
    with pytest.raises(SourceError, match="does not decode"):
        gallery.search(image=gallery.folder / "rows.jsonl")
    with pytest.raises(SourceError, match=r"gone\.jpg' cannot be read: No such file"):
        gallery.search(image=gallery.folder / "gone.jpg")


@pytest.mark.parametrize("asked", [{}, {"text": "a dog", "image": "dog.jpg"}, {"audio": "a.wav", "video": "a.mp4"}])
def test_a_query_is_one_text_or_one_file(gallery, asked):
    with pytest.raises(MmhubError, match="a text, or the file of a picture, a sound or a film: name one of them"):
        gallery.search(**asked)


def test_no_rows_are_no_answer(gallery, tmp_path):
    whole = find(Store.at(gallery.store), "gallery").manifest
    empty = {**whole, "identity": "0", "splits": {}, "media": [], "ledger": []}
    commit(Store.at(tmp_path).made(), "empty", empty)
    assert mmhub.search("empty", "a dog", store=tmp_path) == []
    assert mmhub.search("empty", "a dog", store=tmp_path, index="flat") == []
