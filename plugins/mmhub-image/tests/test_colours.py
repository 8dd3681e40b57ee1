"""Colour modes, profiles, borders and faces: what is found, and what repairs leave."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from mmhub import Media
from mmhub_image import decode, encode
from mmhub_image.borders import BORDERS, CROP_BORDERS
from mmhub_image.faces import BLUR_FACES, FACES
from mmhub_image.file import FILE
from mmhub_image.mode import MODE
from mmhub_image.profile import ICC, SRGB
from mmhub_image.rgb import RGB


def measured(cleaner, picture):
    return {name: column[0] for name, column in cleaner.measure([picture], cleaner.options()).items()}


def repaired(cleaner, picture, **options):
    [made] = cleaner.repair([picture], cleaner.options(**options))
    return made


def published(picture):
    return Image.open(io.BytesIO(encode(picture)))


def profile_of(path):
    with Image.open(path) as image:
        return image.info.get("icc_profile", b"")


@pytest.fixture
def stored(scene):
    """A function from a mode, a format and Pillow's settings to the picture decoded from such a file."""

    def made(mode: str, kind: str = "PNG", **settings: object):
        stream = io.BytesIO()
        Image.fromarray(scene).convert(mode).save(stream, kind, **settings)
        return decode(Media(data=stream.getvalue()))

    return made


@pytest.mark.parametrize(
    ("mode", "kind", "expected"),
    [
        ("RGB", "JPEG", ("RGB", 3, 8, False, False)),
        ("CMYK", "JPEG", ("CMYK", 4, 8, False, False)),
        ("RGBA", "PNG", ("RGBA", 4, 8, True, False)),
        ("P", "PNG", ("P", 1, 8, False, True)),
        ("1", "PNG", ("1", 1, 1, False, False)),
        ("L", "TIFF", ("L", 1, 8, False, False)),
    ],
)
def test_the_mode_of_a_file_is_told(mode, kind, expected, stored):
    found = measured(MODE, stored(mode, kind))
    assert tuple(found.values()) == (*expected, 1)


def test_deep_colours_are_told_though_they_are_read_as_eight_bits(picture_of):
    assert measured(MODE, picture_of(np.zeros((8, 8), np.uint16)))["bits"] == 16


def test_animations_are_told_and_repaired_to_their_first_frame(stored):
    frame = Image.new("RGB", (320, 240), "red")
    moving = stored("RGB", "WEBP", save_all=True, append_images=[frame], lossless=True)
    assert measured(MODE, moving)["frames"] == 2
    still = repaired(RGB, moving)
    assert published(still).n_frames == 1
    assert np.array_equal(still.rgb, moving.rgb)


@pytest.mark.parametrize(("mode", "kind"), [("CMYK", "JPEG"), ("P", "PNG"), ("RGBA", "PNG"), ("LA", "PNG")])
def test_other_modes_are_made_rgb(mode, kind, stored):
    made = repaired(RGB, stored(mode, kind))
    assert published(made).mode == "RGB"
    assert measured(MODE, made)["mode"] == "RGB"
    assert repaired(RGB, made) is None


def test_grey_is_left_unless_it_is_asked_for(stored):
    assert repaired(RGB, stored("L", "JPEG")) is None
    assert published(repaired(RGB, stored("L", "JPEG"), grey=True)).mode == "RGB"


def test_colours_of_a_profile_are_converted_to_srgb_and_the_profile_goes(stored):
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert measured(ICC, stored("RGB")) == {"profile": None, "srgb": True}
    assert measured(ICC, stored("RGB", icc_profile=srgb))["srgb"]
    assert repaired(SRGB, stored("RGB", icc_profile=srgb)) is None
    assert not measured(ICC, stored("RGB", icc_profile=lab))["srgb"]
    assert measured(ICC, stored("RGB", icc_profile=b"none at all"))["profile"] == "unreadable"


def test_a_wide_profile_shifts_colours_once(stored, samples):
    profiles = [profile_of(path) for path in sorted((samples / "coco").rglob("*.jpg"))]
    icc = next((profile for profile in profiles if b"Adobe RGB" in profile), None)
    if icc is None:
        pytest.skip("no sample has a profile of Adobe RGB")
    picture = stored("RGB", icc_profile=icc)
    made = repaired(SRGB, picture)
    assert np.abs(made.rgb.astype(int) - picture.rgb).mean() > 1
    assert "icc_profile" not in published(made).info
    assert repaired(SRGB, made) is None


def test_borders_are_measured_and_cut_off(scene, picture_of):
    framed = np.zeros((300, 360, 3), np.uint8)
    framed[40:280, 10:330] = scene
    found = measured(BORDERS, picture_of(framed, "JPEG", quality=90))
    assert [found[side] for side in ("left", "top", "right", "bottom")] == pytest.approx([10, 40, 30, 20], abs=2)
    assert found["border"] == pytest.approx(1 - 240 * 320 / (300 * 360), abs=0.02)
    assert published(repaired(CROP_BORDERS, picture_of(framed))).size == (320, 240)


def test_a_photograph_has_no_borders(scene, picture_of):
    assert measured(BORDERS, picture_of(scene))["border"] == 0
    assert repaired(CROP_BORDERS, picture_of(scene)) is None
    assert repaired(CROP_BORDERS, picture_of(np.full((80, 80), 3, np.uint8))) is None


def test_faces_are_counted_and_made_unrecognisable(picture_of):
    from skimage.data import astronaut

    picture = picture_of(astronaut())
    assert measured(FACES, picture)["faces"] == 1
    made = repaired(BLUR_FACES, picture)
    assert measured(FACES, made)["faces"] == 0
    changed = np.abs(made.rgb.astype(int) - picture.rgb).max(axis=2) > 0
    assert changed[80:150, 185:250].mean() > 0.9
    assert not changed[300:].any()


def test_pictures_without_a_face_are_left(scene, picture_of):
    assert repaired(BLUR_FACES, picture_of(scene)) is None


def test_a_file_is_measured_whether_it_is_one_or_bytes(scene, file_of, tmp_path):
    data = file_of(scene)
    (tmp_path / "scene.jpg").write_bytes(data)
    beside = decode(Media(path=str(tmp_path / "scene.jpg")))
    expected = {"format": "JPEG", "bytes": len(data), "bits_per_pixel": 8 * len(data) / (320 * 240)}
    assert measured(FILE, beside) == measured(FILE, decode(Media(data=data))) == expected
