import io

import numpy as np
import pytest
from PIL import Image, ImageCms, JpegImagePlugin

from mmhub import Media
from mmhub_image import decode, encode
from mmhub_image.orientation import ORIENTATION


def turned(data: bytes):
    [repaired] = ORIENTATION.repair([decode(Media(data=data))], ORIENTATION.options())
    return repaired


@pytest.fixture
def tagged(scene, file_of):
    def made(orientation: int, kind: str = "JPEG", **settings: object) -> bytes:
        exif = Image.Exif()
        exif[0x0112] = orientation
        exif[0x010F] = "a maker"
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        return file_of(scene, kind, exif=exif, icc_profile=profile, **settings)

    return made


def test_a_picture_that_stands_upright_is_not_repaired(tagged):
    assert turned(tagged(1)) is None


@pytest.mark.parametrize("orientation", [2, 3, 6, 8])
def test_a_turned_jpeg_keeps_tables_sampling_profile_and_exif_but_not_the_tag(tagged, orientation):
    before = tagged(orientation, quality=77)
    after = Image.open(io.BytesIO(encode(turned(before))))
    source = Image.open(io.BytesIO(before))
    assert after.format == "JPEG"
    assert sorted(after.quantization[0]) == sorted(source.quantization[0])
    assert JpegImagePlugin.get_sampling(after) == JpegImagePlugin.get_sampling(source)
    assert after.info["icc_profile"] == source.info["icc_profile"]
    assert after.getexif().get(0x010F) == "a maker"
    assert 0x0112 not in after.getexif()


@pytest.mark.parametrize(("kind", "most"), [("JPEG", 2.5), ("PNG", 0.0)])
def test_the_pixels_of_a_turned_picture_are_those_that_were_seen(tagged, kind, most):
    before = tagged(6, kind)
    seen = decode(Media(data=before)).rgb.astype(int)
    after = decode(Media(data=encode(turned(before))))
    assert after.orientation == 1
    assert np.abs(after.rgb - seen).mean() <= most


def test_pictures_with_transparency_keep_it(file_of):
    exif = Image.Exif()
    exif[0x0112] = 3
    pixels = np.random.default_rng(0).integers(0, 256, (8, 9, 4), dtype=np.uint8)
    after = Image.open(io.BytesIO(encode(turned(file_of(pixels, "PNG", exif=exif)))))
    assert np.array_equal(np.asarray(after), pixels[::-1, ::-1])
