import pytest

from mmhub.errors import SourceError


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("s3://bucket/rows.parquet", r"'s3://bucket/rows\.parquet' is not on this machine.*: a build copies it"),
        ("HTTPS://x.org/a.csv", r"'https://x\.org/a\.csv' .*: download it first"),
        ("file:///data/a.csv", r"'file://data/a\.csv' .*: write the path alone"),
    ],
)
def test_of_an_address_in_place_of_a_path_it_is_said_what_to_do(read, address, said):
    with pytest.raises(SourceError, match=said):
        read("table", files=address)
    with pytest.raises(SourceError, match=said):
        read("folder", data_dir=address)


def test_a_folder_whose_name_looks_like_an_address_is_read(read, put, tmp_path, monkeypatch):
    put("s3:/bucket/rows.csv", "id,n\n1,2\n")
    monkeypatch.chdir(tmp_path)
    assert read("table", files="s3://bucket/rows.csv").column("n") == {"1": "2"}
