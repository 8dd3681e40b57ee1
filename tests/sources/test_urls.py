import pytest

from mmhub.errors import SourceError


def test_a_file_of_urls_is_a_list_of_them(read, put, tmp_path):
    put("urls.txt", "https://a.example/x.jpg\nhttps://b.example/y,z.JPG?size=1\n\nhttps://c.example/sound\n")
    found = read("urls", files=tmp_path / "urls.txt")
    urls = ["https://a.example/x.jpg", "https://b.example/y,z.JPG?size=1", "https://c.example/sound"]
    assert [each.url for each in found.column("url").values()] == urls
    assert [each and each.url for each in found.column("image").values()] == [*urls[:2], None]


def test_columns_of_urls_have_the_names_of_what_they_hold(read, put, tmp_path):
    put("t.csv", "id,Image_URL,caption\n7,https://a.example/x,https is a word\n8,,other\n")
    found = read("urls", files=tmp_path / "t.csv")
    assert found.column("image")["7"].url == found.column("Image_URL")["7"].url == "https://a.example/x"
    assert found.column("caption") == {"7": "https is a word", "8": "other"}


def test_addresses_of_other_file_systems_are_urls_too(read, put, tmp_path):
    put("t.csv", "id,image_url,note\n7,s3://bucket/x.jpg,a: //\n")
    found = read("urls", files=tmp_path / "t.csv")
    assert (found.column("image")["7"].url, found.column("note")["7"]) == ("s3://bucket/x.jpg", "a: //")


def test_a_table_without_urls_is_told(read, put, tmp_path):
    put("t.csv", "id,name\n7,x\n")
    with pytest.raises(SourceError, match="is a URL: expected https:// or the like"):
        read("urls", files=tmp_path / "t.csv")
    with pytest.raises(SourceError, match="names a column 'digest' that is not there"):
        read("urls", files=tmp_path / "t.csv", sha256={"name": "digest"})
