"""What tells bad pictures from good ones."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from mmhub_image.blur import BLUR
from mmhub_image.compression import COMPRESSION
from mmhub_image.contrast import CONTRAST
from mmhub_image.exposure import EXPOSURE
from mmhub_image.noise import NOISE
from mmhub_image.uniform import UNIFORM


def measured(cleaner, picture):
    return {name: column[0] for name, column in cleaner.measure([picture], cleaner.options()).items()}


def noisy(pixels, sigma):
    return np.clip(pixels + np.random.default_rng(0).normal(0, sigma, (*pixels.shape[:2], 1)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("sigma", [2.0, 4.0])
def test_acutance_is_that_of_a_gaussian_edge_whatever_its_contrast(sigma, picture_of):
    for low, high in ((20, 90), (0, 250)):
        edge = np.where(np.arange(320) // 40 % 2, high, low)[None, :, None] * np.ones((240, 1, 3))
        soft = cv2.GaussianBlur(edge.astype(np.uint8), (0, 0), sigma)
        # Blocks that hold half of an edge have half of its contrast.
        assert 0.39 / sigma < measured(BLUR, picture_of(soft))["acutance"] < 1.2 / sigma


def test_a_blurred_picture_stays_blurred_under_grain(scene, picture_of):
    blurred = noisy(cv2.GaussianBlur(scene, (0, 0), 4), 2)
    [rule] = BLUR.rules
    assert measured(BLUR, picture_of(blurred))["acutance"] < rule.at_least
    assert measured(BLUR, picture_of(noisy(scene, 2)))["acutance"] > rule.at_least


def test_pictures_without_an_edge_have_no_acutance(picture_of):
    assert measured(BLUR, picture_of(np.full((64, 64), 90, np.uint8)))["acutance"] is None


def test_noise_is_seen_beside_what_is_clipped(scene, picture_of):
    half_white = noisy(scene, 20)
    half_white[:, :160] = 255
    assert measured(NOISE, picture_of(half_white))["noise"] == pytest.approx(20, rel=0.25)


@pytest.mark.parametrize("quality", [8, 10, 25, 50, 75, 90])
def test_the_quality_of_a_jpeg_is_read_from_its_tables(quality, scene, picture_of):
    assert measured(COMPRESSION, picture_of(scene, "JPEG", quality=quality))["quality"] == pytest.approx(quality, abs=1)


def test_blocks_show_once_they_were_cropped_and_saved_well(scene, picture_of):
    fine = measured(COMPRESSION, picture_of(scene))
    assert fine["quality"] is None
    bad = picture_of(noisy(scene, 3), "JPEG", quality=5).rgb[3:, 5:]
    again = measured(COMPRESSION, picture_of(np.ascontiguousarray(bad), "JPEG", quality=95))
    assert again["quality"] > 90
    assert again["blockiness"] > max(1.5, fine["blockiness"])


def test_too_much_light_is_told_from_white_things(scene, picture_of):
    before_white = np.full((scene.shape[0] + 80, scene.shape[1] + 80, 3), 255, np.uint8)
    before_white[40:-40, 40:-40] = scene
    blown = np.clip(scene.astype(int) * 4, 0, 255).astype(np.uint8)
    limit = next(rule.at_most for rule in EXPOSURE.rules if rule.reason == "blown-out")
    assert measured(EXPOSURE, picture_of(blown))["blown"] > limit
    assert measured(EXPOSURE, picture_of(scene))["blown"] < limit
    assert measured(EXPOSURE, picture_of(before_white))["blown"] < limit


@pytest.mark.parametrize("settings", [("PNG", {}), ("JPEG", {"quality": 90})])
@pytest.mark.parametrize(("ground", "blown"), [("white", None), ("yellow", 0.0)])
def test_of_a_drawing_with_white_in_it_it_is_not_told_whether_light_is_lost(ground, blown, settings, picture_of):
    drawing = Image.new("RGB", (320, 240), ground)
    pen = ImageDraw.Draw(drawing)
    pen.ellipse((60, 40, 200, 180), fill="red", outline="black", width=3)
    pen.rectangle((180, 120, 290, 220), fill="navy")
    assert measured(EXPOSURE, picture_of(np.asarray(drawing), settings[0], **settings[1]))["blown"] == blown


def test_contrast_is_that_of_the_percentiles(picture_of):
    found = measured(CONTRAST, picture_of(np.linspace(50, 150, 10_000).astype(np.uint8).reshape(100, 100)))
    assert found["spread"] == pytest.approx(98, abs=2)
    assert found["michelson"] == pytest.approx(0.49, abs=0.02)


def test_empty_pictures_are_told_from_full_ones(scene, picture_of):
    [rule] = UNIFORM.rules
    blank = noisy(np.full((240, 320, 3), 200, np.uint8), 5)
    blank[100:106, 100:106] = 0
    assert measured(UNIFORM, picture_of(blank))["filled"] < rule.at_least
    assert measured(UNIFORM, picture_of(scene))["filled"] > 0.3
