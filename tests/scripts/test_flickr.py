import hashlib

import pytest
from datasets import Image

from mmhub import SourceError


def test_the_samples_are_published_with_the_official_splits(samples, publish):
    done = publish("flickr8k", samples / "flickr", "text/length", "image/size")
    assert done.report.rows["read"] == done.report.rows["kept"] == 13
    assert {split: len(rows) for split, rows in done.loaded.items()} == {"train": 10, "test": 3}
    assert done.loaded["test"]["row_id"] == ["000000214704", "000000231460", "000000252639"]
    row = done.loaded["train"].cast_column("image", Image(decode=False))[0]
    assert row["row_id"] == "1000268201_693b08cb0e"
    assert len(row["captions"]) == 5
    assert row["captions"][1] == "A girl going into a wooden building ."
    file = samples / "flickr" / "Flicker8k_Dataset" / "1000268201_693b08cb0e.jpg"
    assert hashlib.sha256(row["image"]["bytes"]).digest() == hashlib.sha256(file.read_bytes()).digest()


def test_the_file_of_karpathy_comes_first_and_says_the_split(put, read):
    put("Flickr8k.token.txt", "a.jpg#0\tfrom the token file\n")
    sentences = [{"raw": "One.", "tokens": ["one"]}, {"raw": "Two."}]
    images = [{"filename": "a.jpg", "split": "val", "sentences": sentences, "imgid": 0}]
    data = put("dataset_flickr8k.json", {"images": images, "dataset": "flickr8k"}).parent
    rows = read("flickr8k", data).rows
    assert rows["a"] == {
        "row_id": "a",
        "split": "validation",
        "image": str(data / "a.jpg"),
        "captions": ["One.", "Two."],
    }
    assert read("flickr8k", data, annotations="token").rows["a"]["captions"] == ["from the token file"]


def test_flickr30k_is_read_by_the_same_script(put, read):
    data = put("results_20130124.token", "7.jpg#0\tOne .\n7.jpg#1\tTwo .\n").parent
    put("flickr30k-images/7.jpg", b"")
    assert read("flickr30k", data).rows["7"]["captions"] == ["One .", "Two ."]
    assert read("flickr30k", data).rows["7"]["image"] == str(data / "flickr30k-images" / "7.jpg")


@pytest.mark.parametrize("annotations", ["results_20130124.token", "dataset_flickr30k.json"])
def test_flickr30k_is_published_from_its_own_layout(samples, publish, lay, put, annotations):
    found = sorted((samples / "flickr" / "Flicker8k_Dataset").iterdir())[:3]
    names = ["1000092795.jpg", "10002456.jpg", "1000268201.jpg"]
    for file, name in zip(found, names, strict=True):
        data = lay(file, f"flickr30k-images/{name}").parents[1]
    names.append("36979.jpg")
    captions = {name: [f"Two young men stand in yard {name[:4]} {number} ." for number in range(5)] for name in names}
    if annotations.endswith(".token"):
        tokens = [f"{name}#{number}\t{each}\n" for name in names for number, each in enumerate(captions[name])]
        put(annotations, "".join(tokens))
        splits = dict.fromkeys(names, "train")
    else:
        splits = dict(zip(names, ("train", "validation", "test", "train"), strict=True))
        images = [
            {
                "filename": name,
                "split": {"validation": "val"}.get(splits[name], splits[name]),
                "sentids": list(range(5)),
                "sentences": [{"raw": each, "tokens": each.lower().split(), "imgid": 0} for each in captions[name]],
            }
            for name in names
        ]
        put(annotations, {"images": images, "dataset": "flickr30k"})
    done = publish("flickr30k", data, "text/length", "image/size")
    assert done.fates() == {"1000092795": "kept", "10002456": "kept", "1000268201": "kept", "36979": "not-found"}
    assert list(done.loaded) == list(dict.fromkeys(splits[name] for name in names))
    for file, name in zip(found, names, strict=False):
        rows = done.loaded[splits[name]].cast_column("image", Image(decode=False))
        row = next(each for each in rows if each["row_id"] == name.removesuffix(".jpg"))
        assert row["captions"] == captions[name]
        assert row["image"]["bytes"] == file.read_bytes()


def test_a_line_that_is_wrong_costs_that_line(put, read):
    lines = [
        b"\xef\xbb\xbfa.jpg#0\tOne .\r",
        b"a.jpg 1 Two .",
        b"a.jpg#1\tcaf\xe9",
        b"a.jpg#0\tAgain .",
        b"",
        b"../b.jpg#0\tOut .",
        b"a.jpg#2\tThree .",
    ]
    put("Flickr_8k.trainImages.txt", "b.jpg\n")
    found = read("flickr8k", put("Flickr8k.token.txt", b"\n".join(lines)).parent)
    assert found.rows["a"]["captions"] == ["One .", "Three ."]
    assert found.rows["a"]["split"] == "rest"
    assert found.rows["b"]["image"].reason == "outside-folder"
    assert found.lost["Flickr8k.token.txt:2"][1] == (
        "Flickr8k.token.txt:2: expected image#number, a tab and a caption, found 'a.jpg 1 Two .'"
    )
    assert found.lost["Flickr8k.token.txt:3"][1].endswith("it is not UTF-8")
    assert found.lost["Flickr8k.token.txt:4"][0] == "duplicate"
    assert len(found.lost) == 3


def test_an_entry_of_karpathy_that_is_wrong_costs_itself(put, read):
    good = {"filename": "a.jpg", "split": "train", "sentences": [{"raw": "One."}]}
    images = [good, good, {"split": "train"}, {**good, "filename": "b.jpg", "split": "all"}, 7]
    found = read("flickr8k", put("dataset_flickr8k.json", {"images": images}).parent)
    assert list(found.rows) == ["a"]
    assert [reason for reason, _ in found.lost.values()] == ["duplicate", "malformed", "malformed", "malformed"]
    assert (
        "dataset_flickr8k.json:1 images[2]: it has no 'filename'" in found.lost["dataset_flickr8k.json:1 images[2]"][1]
    )


def test_an_entry_of_karpathy_that_is_not_utf8_costs_itself_and_a_file_that_is_cut_off_the_build(put, read):
    entry = '{"filename": "%s.jpg", "split": "train", "sentences": [{"raw": "%s"}]}'
    head = '\ufeff{"images": [' + ",\r\n".join([entry % ("a", "One."), entry % ("b", "caf\xff"), entry % ("c", "Two.")])
    whole = head.encode().replace("\xff".encode(), b"\xe9")
    found = read("flickr8k", put("dataset_flickr8k.json", whole + b"]}").parent)
    assert list(found.rows) == ["a", "c"]
    place = "dataset_flickr8k.json:2 images[1]"
    assert found.lost == {place: ("malformed", f"{place}: it is not UTF-8")}
    with pytest.raises(SourceError, match=r"dataset_flickr8k\.json:3: it is no JSON object, or is cut off"):
        read("flickr8k", put("dataset_flickr8k.json", whole).parent)


def test_without_captions_the_build_ends_with_what_was_expected(tmp_path, read):
    with pytest.raises(SourceError, match=r"holds no captions of Flickr: expected dataset_flickr8k\.json or"):
        read("flickr8k", tmp_path)
