import numpy as np
import pytest

import mmhub_template
from mmhub import Media, Undecodable
from mmhub.testing import PluginContract
from mmhub_template.depth import decode, encode
from mmhub_template.histogram import Histogram, HistogramOptions, spread
from mmhub_template.missing import MissingOptions, missing

SLOPE = np.linspace(500, 4_000, 48 * 64).astype(np.uint16).reshape(48, 64)
HOLED = np.where(np.arange(64) < 16, 0, SLOPE).astype(np.uint16)
GREY_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


class TestDepth(PluginContract):
    plugin = mmhub_template
    samples = {"depth": [encode(SLOPE), encode(HOLED)]}  # noqa: RUF012
    refused = {"depth": [GREY_PNG]}  # noqa: RUF012


def test_a_depth_map_comes_back_as_it_was_written():
    depth = decode(Media(data=encode(HOLED)))
    assert depth.dtype == np.uint16
    assert np.array_equal(depth, HOLED)


def test_a_grey_picture_is_no_depth_map():
    with pytest.raises(Undecodable, match="expected one channel of 16 bits"):
        decode(Media(data=GREY_PNG))


def test_missing_counts_holes_and_what_is_too_far():
    assert missing([HOLED], MissingOptions()) == {"missing": [0.25]}
    assert missing([SLOPE], MissingOptions(farthest=499)) == {"missing": [1.0]}


def test_a_histogram_holds_the_share_of_each_range():
    depth = np.array([[0, 100, 100, 900]], dtype=np.uint16)
    options = HistogramOptions(bins=2, farthest=1_000)
    vectors = Histogram(options, None, "cpu").forward([{"counts": spread(depth, options, "depth")}], 0, "depth")
    assert vectors.tolist() == [pytest.approx([2 / 3, 1 / 3])]
