import io

import cv2
import numpy as np
import pytest
from PIL import Image

from mmhub import Media, Undecodable
from mmhub_image import decode


def damage(data: bytes) -> str | None:
    try:
        decode(Media(data=data))
    except Undecodable as refused:
        return refused.reason
    return None


@pytest.fixture(params=[{}, {"optimize": True}, {"progressive": True}], ids=["standard", "optimised", "progressive"])
def jpeg(request, scene, file_of) -> bytes:
    return file_of(scene, quality=85, **request.param)


@pytest.mark.parametrize("place", [0.35, 0.5, 0.7])
def test_a_zeroed_middle_is_found(jpeg, place):
    start = int(len(jpeg) * place)
    assert damage(jpeg[:start] + bytes(2000) + jpeg[start + 2000 :]) == "damaged"


def test_a_zeroed_tail_is_found_even_with_an_end_marker(jpeg):
    half = len(jpeg) // 2
    assert damage(jpeg[:half] + bytes(half)) in ("truncated", "damaged")
    assert damage(jpeg[:half] + bytes(half) + b"\xff\xd9") == "damaged"


def test_a_garbage_tail_is_found(jpeg):
    half = len(jpeg) // 2
    assert damage(jpeg[:half] + np.random.default_rng(3).bytes(half)) in ("truncated", "damaged")


def test_bytes_missing_from_the_middle_are_found(scene, file_of):
    data = file_of(scene, quality=85)
    half = len(data) // 2
    assert damage(data[:half] + data[half + 2000 :]) == "damaged"
    assert damage(data[:half] + b"\xff\xd9") == "damaged"


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("optimize", [False, True])
def test_even_pictures_whose_data_are_zeros_are_not_damaged(file_of, level, optimize):
    even = np.full((480, 640, 3), level, np.uint8)
    assert damage(file_of(even, optimize=optimize)) is None
    assert damage(file_of(even, optimize=optimize, progressive=True)) is None


def test_a_grey_lower_half_is_not_damage(scene, file_of):
    lower = scene.copy()
    lower[120:] = 128
    assert damage(file_of(lower, optimize=True)) is None


def test_what_follows_the_picture_in_its_file_is_not_damage(jpeg):
    assert damage(jpeg + bytes(4096)) is None
    assert damage(jpeg + b"a motion photo's video") is None


@pytest.mark.parametrize("settings", [{"progressive": True}, {"restart_marker_rows": 1}, {"restart_marker_blocks": 7}])
@pytest.mark.parametrize("place", [0.4, 0.6])
def test_bytes_missing_or_changed_are_found_in_scans_that_restart(scene, file_of, settings, place):
    data = file_of(scene, quality=90, **settings)
    start = int(len(data) * place)
    assert damage(data) is None
    assert damage(data[:start] + data[start + 900 :]) == "damaged"
    assert damage(data[:start] + np.random.default_rng(1).bytes(900) + data[start + 900 :]) in ("damaged", "truncated")


def test_a_grey_picture_is_looked_at_as_closely(scene, file_of):
    data = file_of(scene.mean(axis=2).astype(np.uint8), quality=90)
    half = len(data) // 2
    assert damage(data) is None
    assert damage(data[:half] + data[half + 700 :]) == "damaged"


def test_a_file_cut_off_in_its_second_picture_is_found_but_not_one_that_was_relieved_of_it(scene, file_of):
    stream = io.BytesIO()
    Image.fromarray(scene).save(stream, "MPO", save_all=True, append_images=[Image.fromarray(scene[::-1])])
    data = stream.getvalue()
    assert damage(data) is None
    assert damage(data[: int(len(data) * 0.8)]) in ("truncated", "damaged")
    first = data.index(b"\xff\xd9\xff\xd8") + 2
    assert damage(data[:first]) is None


@pytest.mark.parametrize("filler", [b"\0", b"\xff", b"\x55"])
def test_bytes_that_fill_a_scan_up_are_no_damage(scene, file_of, filler):
    data = file_of(scene, quality=85)
    assert damage(data[:-2] + filler * 200 + data[-2:]) is None
    assert damage(data[:-2] + np.random.default_rng(2).bytes(200).replace(b"\xff", b"\0") + data[-2:]) == "damaged"


def test_zeros_that_fill_up_a_scan_which_ends_in_zeros_itself_are_no_damage(scene, file_of):
    random = np.random.default_rng(5)
    noisy = (np.clip(scene[:64, :64] + random.normal(0, 9, (64, 64, 3)), 0, 255).astype(np.uint8) for _ in range(2000))
    data = next(each for pixels in noisy if (each := file_of(pixels, quality=85, progressive=True))[-3] == 0)
    assert damage(data[:-2] + bytes(200) + data[-2:]) is None


def test_junk_between_the_segments_of_a_header_is_no_damage(scene, file_of):
    data = file_of(scene, quality=85)
    tables = data.index(b"\xff\xdb")
    assert damage(data[:tables] + b"junk" * 3 + data[tables:]) is None


def fractal(seed: int) -> np.ndarray:
    """Return grey noise of all scales, as of a photograph: uint8[400, 400]."""
    random = np.random.default_rng(seed)
    scales = (random.normal(0, 16 * 2.0**-scale, (8 << scale, 8 << scale)) for scale in range(6))
    layers = [cv2.resize(layer, (400, 400), interpolation=cv2.INTER_CUBIC) for layer in scales]
    return np.clip(128 + sum(layers), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("seed", range(8))
def test_zeros_within_the_last_details_of_a_progressive_picture_are_found(file_of, seed):
    data = file_of(fractal(seed), quality=88, progressive=True)
    last = data.rindex(b"\xff\xda")
    start = (2 * last + len(data)) // 3
    assert damage(data) is None
    assert damage(data[:start] + bytes(512) + data[start + 512 :]) == "damaged"


@pytest.mark.parametrize("quality", [40, 75, 94])
@pytest.mark.parametrize("dark", [0, 1])
def test_a_pattern_below_an_even_part_is_not_damaged(file_of, dark, quality):
    rows, columns = np.indices((400, 400))
    pattern = np.where((rows + columns) % 2, 255, dark).astype(np.uint8)
    pattern[:200] = 255
    data = file_of(np.dstack([pattern] * 3), quality=quality, progressive=True)
    assert bytes(32) in data
    assert damage(data) is None


def test_waves_whose_last_details_are_hundreds_of_zero_bits_are_not_damaged(file_of):
    wave = 128 + 60 * np.cos((2 * np.arange(800) + 1) * np.pi / 16)
    data = file_of(np.tile(wave.astype(np.uint8), (800, 1)), quality=75, progressive=True)
    assert bytes(100) in data[data.rindex(b"\xff\xda") :]
    assert damage(data) is None
