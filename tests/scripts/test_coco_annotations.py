import json
import zipfile

import pytest

from mmhub import Media, SourceError

PHOTOGRAPH = {"id": 7, "file_name": "000000000007.jpg", "license": 1, "coco_url": "http://images.cocodataset.org/7.jpg"}
CAPTION = {"id": 1, "image_id": 7, "caption": "A dog."}
BOX = {"id": 1, "image_id": 7, "category_id": 18, "bbox": [1, 2.5, 3, 4], "iscrowd": 0}


@pytest.fixture
def annotated(put):
    """A function that writes the annotation files of the validation split, and returns the folder of all."""

    def write(captions=(), boxes=(), images=(PHOTOGRAPH,)):
        put("val2017/000000000007.jpg", b"a photograph")
        parts = {"licenses": [{"id": 1, "url": "http://by"}], "images": list(images), "annotations": list(captions)}
        put("annotations/captions_val2017.json", parts)
        parts = {"annotations": list(boxes), "categories": [{"id": 18, "name": "dog"}]}
        return put("annotations/instances_val2017.json", parts).parents[1]

    return write


def zipped(samples, place):
    """Put the samples into archives as the official ones are: annotations packed, photographs stored."""
    place.mkdir()
    with zipfile.ZipFile(place / "annotations_trainval2017.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((samples / "coco" / "annotations").glob("*.json")):
            archive.write(path, f"annotations/{path.name}")
    with zipfile.ZipFile(place / "val2017.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.mkdir("val2017")
        for path in sorted((samples / "coco" / "val2017").glob("*.jpg")):
            archive.write(path, f"val2017/{path.name}")
    return place


def test_the_official_archives_are_read_in_place(samples, tmp_path, publish):
    place = zipped(samples, tmp_path / "zips")
    done = publish("coco", place, "text/length", "image/size", splits=("val",))
    assert done.report.rows["read"] == done.report.rows["kept"] == 40
    rows = done.loaded["validation"]
    content = json.loads((samples / "coco/annotations/instances_val2017.json").read_text())
    names = {each["id"]: each["name"] for each in content["categories"]}
    things = sorted((each for each in content["annotations"] if each["image_id"] == 139), key=lambda each: each["id"])
    row = rows.select_columns(["row_id", "boxes", "categories", "crowds"])[rows["row_id"][:].index("000000000139")]
    assert row["boxes"] == [each["bbox"] for each in things]
    assert row["categories"] == [names[each["category_id"]] for each in things]
    assert set(row["crowds"]) == {False}
    assert not list(tmp_path.glob("store/sources/coco-*/*.zip"))


def test_a_photograph_is_the_part_of_the_archive_that_holds_it(samples, tmp_path, read):
    found = read("coco", zipped(samples, tmp_path / "zips"))
    for row_id, row in found.rows.items():
        assert isinstance(row["image"], Media)
        assert row["image"].read() == (samples / "coco" / "val2017" / f"{row_id}.jpg").read_bytes()


def test_photographs_that_are_packed_are_unpacked_once(annotated, read):
    data = annotated([CAPTION])
    with zipfile.ZipFile(data / "val2017.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(data / "val2017" / "000000000007.jpg", "val2017/000000000007.jpg")
    (data / "val2017" / "000000000007.jpg").unlink()
    (data / "val2017").rmdir()
    first, second = (read("coco", data).rows["000000000007"]["image"] for _ in range(2))
    assert first == second
    assert first.read() == b"a photograph"


def test_boxes_go_with_their_categories(annotated, read):
    row = read("coco", annotated([CAPTION], [{**BOX, "id": 2, "iscrowd": 1}, BOX])).rows["000000000007"]
    assert row["boxes"] == [[1.0, 2.5, 3.0, 4.0]] * 2
    assert (row["categories"], row["crowds"]) == (["dog", "dog"], [False, True])
    assert (row["licence"], row["url"]) == ("http://by", PHOTOGRAPH["coco_url"])


def test_without_instances_photographs_have_captions_alone(annotated, read):
    data = annotated([CAPTION])
    (data / "annotations/instances_val2017.json").unlink()
    found = read("coco", data)
    assert found.rows["000000000007"]["boxes"] is None
    assert found.remarks == ["there is no instances file beside the captions: rows have no boxes and categories"]


def test_an_annotation_that_is_wrong_costs_itself(annotated, read):
    captions = [CAPTION, CAPTION, {"id": 2, "image_id": 7}, {**CAPTION, "id": "3"}, {**CAPTION, "id": 4, "image_id": 8}]
    boxes = [
        BOX,
        {**BOX, "id": 2, "bbox": [1, 2, float("nan"), 4]},
        {**BOX, "id": 3, "bbox": [1, 2, -3, 4]},
        {**BOX, "id": 4, "bbox": [1, 2, 3]},
    ]
    found = read("coco", annotated(captions, boxes, [PHOTOGRAPH, PHOTOGRAPH, {"id": 9}]))
    assert found.rows["000000000007"]["captions"] == ["A dog."]
    assert len(found.rows["000000000007"]["boxes"]) == 1
    assert [reason for reason, _ in found.lost.values()] == [
        "duplicate",
        *["malformed"],
        "duplicate",
        *["malformed"] * 5,
    ]
    messages = {place: message for place, (_, message) in found.lost.items()}
    assert messages["captions_val2017.json:1 annotations[1]"].endswith("the id 1 occurs twice in annotations")
    assert messages["captions_val2017.json:1 annotations[2]"].endswith("it has no 'caption'")
    assert messages["captions_val2017.json:1 images[2]"].endswith("it has no 'file_name'")
    assert (
        "expected finite numbers, width and height zero or more" in messages["instances_val2017.json:1 annotations[1]"]
    )
    assert "expected x, y, width and height" in messages["instances_val2017.json:1 annotations[3]"]
    assert found.remarks == ["1 captions of photographs that the caption file does not name: left out"]


def test_a_name_that_leads_out_of_the_folder_quarantines_its_row(annotated, read):
    data = annotated([CAPTION], images=[{**PHOTOGRAPH, "file_name": "../../secret.jpg"}])
    assert read("coco", data).rows["000000000007"]["image"].reason == "outside-folder"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"images": [], "annotations": [{"id": 1, "im', r"captions_val2017\.json:1: it is no JSON object, or is cut"),
        (b'{\n"images": [],\n"annotations": [1 2]}', r"captions_val2017\.json:3: it is no JSON object"),
        (b'{"images": []}', "is no annotation file of COCO: it has no `images` and `annotations`"),
        ("{}".encode("utf-16"), "captions_val2017.json:1: it is no JSON object"),
    ],
)
def test_a_file_that_is_no_annotations_ends_the_build(annotated, read, content, problem):
    data = annotated([CAPTION])
    (data / "annotations/captions_val2017.json").write_bytes(content)
    with pytest.raises(SourceError, match=problem):
        read("coco", data)


def test_an_annotation_that_is_not_utf_8_costs_itself_and_a_mark_at_the_start_nothing(annotated, read):
    data = annotated([CAPTION, {**CAPTION, "id": 2, "caption": "A caf#."}])
    file = data / "annotations/captions_val2017.json"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"#", b"\xe9"))
    found = read("coco", data)
    assert found.rows["000000000007"]["captions"] == ["A dog."]
    assert found.lost["captions_val2017.json:1 annotations[1]"][1].endswith("it is not UTF-8")
