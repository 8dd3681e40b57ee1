import io
import stat
import tarfile
import zipfile

import pytest

from mmhub.errors import SourceError, Undecodable
from mmhub.places.archive import members

MB = 1 << 20


@pytest.fixture
def look(tmp_path):
    """A function that returns the values of an archive by name, and what was left out."""
    (tmp_path / "copies").mkdir()

    def look(path, most_bytes=MB):
        left_out = []
        found = {each.name: each.value for each in members(path, tmp_path / "copies", left_out, most_bytes=most_bytes)}
        return found, left_out

    return look


def zip_of(path, **packed):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in packed.items():
            archive.writestr(
                name.replace("_", "/"), data, zipfile.ZIP_STORED if name[0] == "s" else zipfile.ZIP_DEFLATED
            )
    return path


def tar_of(path, *infos, mode="w"):
    with tarfile.open(path, mode) as archive:
        for info, data in infos:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def test_stored_members_lie_in_the_archive_and_packed_ones_in_one_copy(tmp_path, look):
    path = zip_of(tmp_path / "a.zip", s_one=b"one", p_two=b"two" * 100)
    found, left_out = look(path)
    assert {name: value.read() for name, value in found.items()} == {"s/one": b"one", "p/two": b"two" * 100}
    assert found["s/one"].path == str(path)
    assert [each.name for each in (tmp_path / "copies").iterdir()] == [found["p/two"].path.rpartition("/")[2]]
    assert left_out == []


@pytest.mark.parametrize("name", ["../up", "/top", "a/../../up", "C:/windows", "..\\up"])
def test_names_that_lead_out_are_left_out(name, tmp_path, look):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(name, b"x")
    assert look(tmp_path / "a.zip") == ({}, [name])
    assert look(tar_of(tmp_path / "a.tar", (tarfile.TarInfo(name), b"x"))) == ({}, [name])


def test_links_and_devices_are_left_out(tmp_path, look):
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert look(tmp_path / "a.zip") == ({}, ["link"])
    link, device = tarfile.TarInfo("link"), tarfile.TarInfo("device")
    link.type, link.linkname, device.type = tarfile.SYMTYPE, "/etc/passwd", tarfile.CHRTYPE
    assert look(tar_of(tmp_path / "a.tar", (link, b""), (device, b""))) == ({}, ["link", "device"])


def test_an_archive_that_becomes_too_large_is_an_error_and_leaves_nothing(tmp_path, look):
    bomb = zip_of(tmp_path / "a.zip", p_zeros=bytes(2 * MB))
    with pytest.raises(SourceError, match=r"the archive 'a\.zip' becomes larger than 0\.0009"):
        look(bomb)
    with pytest.raises(SourceError, match=r"the archive 'a\.tar\.gz' becomes larger than"):
        look(tar_of(tmp_path / "a.tar.gz", (tarfile.TarInfo("zeros"), bytes(2 * MB)), mode="w:gz"))
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_size_that_is_not_true_unpacks_no_more_than_it_says(tmp_path, look):
    path = zip_of(tmp_path / "a.zip", p_zeros=bytes(2 * MB), p_two=b"two")
    data = path.read_bytes()
    path.write_bytes(data.replace((2 * MB).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    found, _ = look(path)
    assert isinstance(found["p/zeros"], Undecodable)
    assert found["p/two"].read() == b"two"


def test_a_damaged_member_costs_itself(tmp_path, look):
    path = zip_of(tmp_path / "a.zip", p_one=b"one" * 1000, p_two=b"two")
    data = bytearray(path.read_bytes())
    at = data.index(b"p/one") + len("p/one") + 2
    data[at] ^= 0xFF
    path.write_bytes(data)
    found, _ = look(path)
    assert found["p/one"].reason == "damaged"
    assert found["p/two"].read() == b"two"


def test_a_member_whose_header_is_not_where_the_directory_says_costs_itself(tmp_path, look):
    path = zip_of(tmp_path / "a.zip", s_one=b"one", s_two=b"two")
    path.write_bytes(path.read_bytes().replace(b"PK\x03\x04", b"XX\x03\x04", 1))
    found, _ = look(path)
    assert found["s/one"].reason == "damaged"
    assert found["s/two"].read() == b"two"


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])
def test_what_is_no_archive_is_an_error(name, tmp_path, look):
    (tmp_path / name).write_bytes(b"no archive at all" * 100)
    with pytest.raises(SourceError, match=rf"'?.*{name}'? (is no|cannot be unpacked)"):
        look(tmp_path / name)


def test_members_of_a_packed_tar_lie_in_one_copy(tmp_path, look):
    path = tar_of(tmp_path / "a.tar.gz", (tarfile.TarInfo("b/one"), b"one"), mode="w:gz")
    found, _ = look(path)
    assert found["b/one"].read() == b"one"
    assert len(list((tmp_path / "copies").iterdir())) == 1
