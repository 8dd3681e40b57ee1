import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from mmhub import Media, Undecodable
from mmhub_image import decode


def refusal(data: bytes) -> str:
    with pytest.raises(Undecodable) as caught:
        decode(Media(data=data))
    return caught.value.reason


def test_views_have_the_pixels_that_pillow_reads(scene, file_of, tmp_path):
    path = tmp_path / "scene.jpg"
    path.write_bytes(file_of(scene))
    picture = decode(Media(path=str(path)))
    assert (picture.width, picture.height, picture.format, picture.mode) == (320, 240, "JPEG", "RGB")
    assert np.array_equal(picture.rgb, np.asarray(Image.open(path)))
    assert picture.luma.shape == (240, 320)
    assert picture.luma.dtype == np.uint8


@pytest.mark.parametrize("orientation", range(1, 9))
def test_views_stand_upright_whatever_the_exif_orientation(scene, file_of, orientation):
    from PIL import ImageOps

    exif = Image.Exif()
    exif[0x0112] = orientation
    data = file_of(scene, "PNG", exif=exif)
    picture = decode(Media(data=data))
    expected = np.asarray(ImageOps.exif_transpose(Image.open(Media(data=data).open())))
    assert np.array_equal(picture.rgb, expected)
    assert (picture.height, picture.width) == expected.shape[:2]


@pytest.mark.parametrize(("mode", "kind"), [("CMYK", "JPEG"), ("P", "PNG"), ("L", "JPEG"), ("1", "PNG"), ("LA", "PNG")])
def test_every_mode_becomes_rgb(scene, mode, kind):
    import io

    stream = io.BytesIO()
    Image.fromarray(scene).convert(mode).save(stream, kind)
    picture = decode(Media(data=stream.getvalue()))
    assert picture.mode == mode
    assert picture.rgb.shape == (240, 320, 3)
    assert abs(float(picture.luma.mean()) - float(scene.mean())) < 25


def test_what_is_transparent_is_white(picture_of):
    pixels = np.zeros((4, 4, 4), np.uint8)
    assert (picture_of(pixels).rgb == 255).all()


def test_sixteen_bits_become_eight(picture_of):
    picture = picture_of(np.linspace(0, 65535, 64, dtype=np.uint16).reshape(8, 8))
    assert picture.luma.min() == 0
    assert picture.luma.max() == 255
    assert abs(int(picture.luma[4, 0]) - 129) <= 1


def test_an_animation_is_its_first_frame_but_damage_in_a_later_one_is_found(tmp_path):
    frames = [Image.fromarray(np.random.default_rng(n).integers(0, 255, (40, 40), dtype=np.uint8)) for n in range(3)]
    path = tmp_path / "moving.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    assert np.array_equal(decode(Media(path=str(path))).luma, np.asarray(frames[0]))
    data = path.read_bytes()
    assert refusal(data[: int(len(data) * 0.9)]) == "truncated"


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9, 0.985])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_a_truncated_file_is_refused(scene, file_of, kind, share):
    data = file_of(scene, kind)
    assert refusal(data[: int(len(data) * share)]) in ("truncated", "damaged")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty-file"),
        (b"<html><body>404 Not Found</body></html>", "not-an-image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "truncated"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "unsupported"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "unsupported"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_reason(data, reason):
    assert refusal(data) == reason


def test_a_claim_of_too_many_pixels_is_refused_before_decoding(file_of):
    data = bytearray(file_of(np.zeros((2, 2), np.uint8), "BMP"))
    data[18:26] = (20_000).to_bytes(4, "little") * 2
    assert refusal(bytes(data)) == "too-large"


def test_a_missing_file_is_no_damage():
    with pytest.raises(FileNotFoundError):
        decode(Media(path="/nowhere/at/all.jpg"))


def test_importing_the_plugin_imports_no_model_library():
    heavy = "('torch', 'torchvision', 'transformers', 'datasets')"
    script = f"import sys, mmhub_image; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_every_hostile_sample_is_decoded_or_refused_with_a_reason(samples, capfd):
    reasons = {}
    for path in sorted((samples / "hostile" / "image").iterdir()):
        try:
            assert decode(Media(path=str(path))).rgb.ndim == 3
        except Undecodable as refused:
            reasons[path.name] = refused.reason
    assert reasons["truncated_jpeg.jpg"] == "truncated"
    assert reasons["decompression_bomb.gif"] == "too-large"
    assert reasons["samplefilehub.heif"] == "unsupported"
    assert reasons["hopper_bad_exif.jpg"] == "damaged"
    assert len(reasons) == 11
