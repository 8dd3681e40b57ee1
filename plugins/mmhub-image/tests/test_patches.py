"""The sizes of pictures that are cut into patches, against the processors of the models they are for."""

import numpy as np
import pytest
from transformers.models.gemma4.image_processing_pil_gemma4 import get_aspect_ratio_preserving_size
from transformers.models.siglip2.image_processing_pil_siglip2 import (
    convert_image_to_patches,
    get_image_size_for_max_num_patches,
)

from mmhub_image.patches import Patches, cut

SIZES = [tuple(size) for size in np.random.default_rng(0).integers(1, 3000, (200, 2)).tolist()] + [(1, 1), (9, 3000)]


@pytest.mark.parametrize("most", [40, 256, 1024])
def test_naflex_sizes_are_those_of_siglip_2(most):
    for width, height in SIZES:
        expected = get_image_size_for_max_num_patches(height, width, patch_size=16, max_num_patches=most)
        assert Patches(side=16, most=most).size(width, height) == expected[::-1]


@pytest.mark.parametrize("tokens", [70, 280])
def test_pooled_sizes_are_those_of_gemma_4(tokens):
    for width, height in SIZES:
        expected = get_aspect_ratio_preserving_size(height, width, 16, tokens * 9, 3)
        assert Patches(side=16, most=tokens * 9, pooled=3).size(width, height) == expected[::-1]


def test_patches_are_cut_as_siglip_2_does():
    pixels = np.random.default_rng(1).integers(0, 256, (8, 12, 3), np.uint8)
    assert np.array_equal(cut(pixels, 4), convert_image_to_patches(pixels.transpose(2, 0, 1), 4))
