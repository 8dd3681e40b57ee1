import cv2
import numpy as np
import pytest

from mmhub import Distinct, Media, Rule
from mmhub_image import decode, mmhub_cleaners
from mmhub_image.exposure import EXPOSURE
from mmhub_image.hashes import HASH
from mmhub_image.noise import NOISE
from mmhub_image.sharpness import SHARPNESS
from mmhub_image.size import SIZE


def measured(cleaner, picture):
    return {name: column[0] for name, column in cleaner.measure([picture], cleaner.options()).items()}


def reasons(cleaner, picture):
    facts = measured(cleaner, picture)
    return [rule.reason for rule in cleaner.rules if isinstance(rule, Rule) and _broken(rule, facts[rule.fact])]


def _broken(rule, fact):
    if fact is None or not rule.on:
        return False
    if rule.one_of is not None:
        return fact not in rule.one_of
    low = rule.at_least is not None and fact < rule.at_least
    return low or (rule.at_most is not None and fact > rule.at_most)


def bits(one, other):
    return (one["phash"] ^ other["phash"]).bit_count()


@pytest.mark.parametrize("cleaner", [cleaner for cleaner in mmhub_cleaners() if cleaner.measure])
def test_a_cleaner_returns_a_column_for_each_of_its_facts(cleaner, scene, picture_of):
    columns = cleaner.measure([picture_of(scene), picture_of(scene)], cleaner.options())
    assert sorted(columns) == sorted(fact.name for fact in cleaner.facts)
    assert {len(column) for column in columns.values()} == {2}
    assert reasons(cleaner, picture_of(scene)) == []


@pytest.mark.parametrize("cleaner", [cleaner for cleaner in mmhub_cleaners() if cleaner.measure])
@pytest.mark.parametrize("shape", [(1, 1), (2, 1), (3, 40)])
def test_a_cleaner_takes_pictures_of_a_few_pixels(cleaner, shape, picture_of):
    assert measured(cleaner, picture_of(np.full(shape, 9, np.uint8)))


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((40, 50), ["too-small"]), ((100, 301), ["extreme-aspect"]), ((301, 100), ["extreme-aspect"]), ((100, 300), [])],
)
def test_small_and_drawn_out_pictures_are_named(shape, expected, picture_of):
    assert reasons(SIZE, picture_of(np.zeros(shape, np.uint8))) == expected


def test_sharpness_is_the_variance_of_the_laplacian(scene, picture_of):
    picture = picture_of(scene)
    expected = cv2.Laplacian(picture.luma, cv2.CV_64F).var()
    assert measured(SHARPNESS, picture)["sharpness"] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("sigma", [10, 20, 30])
def test_noise_is_estimated_within_a_third_of_what_was_added(scene, sigma, picture_of):
    noisy = scene + np.random.default_rng(0).normal(0, sigma, (240, 320, 1))
    found = measured(NOISE, picture_of(np.clip(noisy, 0, 255).astype(np.uint8)))["noise"]
    assert sigma * 2 / 3 < found < sigma * 4 / 3


@pytest.mark.parametrize(("factor", "shift", "reason"), [(0.04, 0, "under-exposed"), (0.05, 243, "over-exposed")])
def test_pictures_that_are_all_but_black_or_white_are_named(scene, factor, shift, reason, picture_of):
    assert reason in reasons(EXPOSURE, picture_of((scene * factor + shift).astype(np.uint8)))


def test_clipped_shares_follow_the_options(picture_of):
    picture = picture_of(np.repeat(np.array([[0, 20, 240, 255]], np.uint8), 4, axis=0))
    found = EXPOSURE.measure([picture], EXPOSURE.options(black=20, white=250))
    assert (found["dark"][0], found["bright"][0]) == (0.5, 0.25)


def test_equal_pixels_have_equal_hashes_in_any_file(scene, picture_of):
    assert measured(HASH, picture_of(scene)) == measured(HASH, picture_of(scene, "BMP"))
    turned_shape = picture_of(np.ascontiguousarray(scene.reshape(320, 240, 3)))
    assert measured(HASH, turned_shape)["pixels"] != measured(HASH, picture_of(scene))["pixels"]


def test_near_duplicates_differ_in_at_most_four_bits(scene, picture_of):
    first = measured(HASH, picture_of(scene))
    small = cv2.resize(scene, (240, 180), interpolation=cv2.INTER_AREA)
    bright = np.clip(scene * 1.06 + 4, 0, 255).astype(np.uint8)
    for other in (picture_of(scene, "JPEG", quality=55), picture_of(small), picture_of(bright)):
        assert bits(first, measured(HASH, other)) <= 4
    assert bits(first, measured(HASH, picture_of(scene[::-1].copy()))) > 8


def test_even_pictures_have_no_perceptual_hash(picture_of):
    assert measured(HASH, picture_of(np.full((80, 80), 77, np.uint8)))["phash"] is None


def test_no_real_photograph_is_dropped_by_a_default_rule(samples):
    paths = sorted((samples / "coco").glob("*/*.jpg"))
    pictures = [decode(Media(path=str(path))) for path in paths]
    cleaners = [cleaner for cleaner in mmhub_cleaners() if cleaner.measure]
    assert len(pictures) == 52
    assert [reason for cleaner in cleaners for picture in pictures for reason in reasons(cleaner, picture)] == []
    hashes = [measured(HASH, picture) for picture in pictures]
    closest = min(bits(one, other) for n, one in enumerate(hashes) for other in hashes[:n])
    assert closest > max(rule.within for rule in HASH.rules if isinstance(rule, Distinct))


def test_real_photographs_are_dropped_once_they_are_blurred_or_noisy(samples, picture_of):
    paths = sorted((samples / "coco").glob("val2017/*.jpg"))[::4]
    for path in paths:
        rgb = decode(Media(path=str(path))).rgb
        blurred = cv2.GaussianBlur(rgb, (0, 0), 2.5)
        noisy = np.clip(rgb + np.random.default_rng(0).normal(0, 40, rgb.shape), 0, 255).astype(np.uint8)
        assert reasons(SHARPNESS, picture_of(blurred, "JPEG", quality=90)) == ["blurred"]
        assert reasons(NOISE, picture_of(noisy, "JPEG", quality=90)) == ["noisy"]
