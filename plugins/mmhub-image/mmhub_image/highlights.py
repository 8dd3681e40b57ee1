"""How surely the highlights of a photograph are lost, told apart from what is white or was drawn."""

import cv2
import numpy as np

from mmhub_image.picture import Picture

_STRIDE, _CLIPPED, _WHITE = 4, 250, 247
_TONES = slice(128, 247)
_COARSE, _FEW = 16, 4
"""Colours are told apart by so many steps of each of red, green and blue; drawings have so few."""
_ROWS, _BRIGHT, _SOFT, _HARD = 8, 235, 180, 128
_DRAWN = 0.6
_HARDLY_WHITE = 1 / 2000
"""Of how many of its pixels at least a picture has to be white, for highlights to be lost."""
_WEIGHTS = np.array((12.3, -3.2, 6.5, 15.6, -1.5, 1.6, -6.3))
"""Of the evidence, and of 1."""


def blown(picture: Picture, shares: np.ndarray) -> float | None:
    """Return how surely a picture's highlights are lost, 0 to 1, given the shares float64[256] of its levels of luma.

    The weights were fitted by logistic regression to photographs and the same ones at four times their brightness.
    ``None`` stands for drawings: they have few colours, and hard edges where they are bright, so that what is clipped
    in them is no light. Without any white there is nothing to tell: 0.
    """
    if shares[_WHITE:].sum() < _HARDLY_WHITE:
        return 0.0
    few, hardness = _every_fourth(picture), _hardness(picture.luma)
    if hardness >= 0 and hardness + _commonest(few) > _DRAWN:
        return None
    return float(1 / (1 + np.exp(-_WEIGHTS @ (*_evidence(few, shares), hardness, 1.0))))


def _evidence(few: np.ndarray, shares: np.ndarray) -> tuple[float, ...]:
    """Return what tells of lost light in some pixels of a picture, uint8[height, width, 3].

    Light that no longer fits takes one colour after another, and its borders are ragged. It leaves few tones between
    grey and white; what is clipped in a picture that is hardly bright anywhere is a strong colour; and what is white
    along all four sides is a ground.
    """
    size = few.shape[0] * few.shape[1]
    white = cv2.inRange(few, (_CLIPPED,) * 3, (255,) * 3)
    every_colour = cv2.countNonZero(white) / size
    any_colour = 1 - cv2.countNonZero(cv2.inRange(few, (0,) * 3, (_CLIPPED - 1,) * 3)) / size
    lost = min(any_colour, 3 * float(shares[_WHITE:].sum()))
    return (
        lost**0.5,
        float(shares[_TONES].sum()) / (1.02 - every_colour),
        (any_colour - every_colour) / max(1 - every_colour, 1 / size),
        _changes(white),
        min(cv2.countNonZero(side) / len(side) for side in (white[0], white[-1], white[:, 0], white[:, -1])),
    )


def _every_fourth(picture: Picture) -> np.ndarray:
    """Return every fourth pixel each way, as uint8[height, width, 3]."""
    pixels = picture.luma if picture.mode == "L" else picture.rgb
    size = (max(1, picture.width // _STRIDE), max(1, picture.height // _STRIDE))
    few = cv2.resize(pixels, size, interpolation=cv2.INTER_NEAREST)
    found: np.ndarray = cv2.cvtColor(few, cv2.COLOR_GRAY2RGB) if few.ndim == 2 else few
    return found


def _changes(mask: np.ndarray) -> float:
    """Return how often a mask changes from one pixel to the next, as a share across and one down, added."""
    across, down = mask[:, 1:] != mask[:, :-1], mask[1:] != mask[:-1]
    return float(across.sum() / max(1, across.size) + down.sum() / max(1, down.size))


def _commonest(few: np.ndarray) -> float:
    """Return the share that the commonest of 4096 colours have of the pixels that are not white."""
    counts: np.ndarray = cv2.calcHist([few], [0, 1, 2], None, [_COARSE] * 3, [0, 256] * 3).ravel()[:-1]
    return float(np.partition(counts, -_FEW)[-_FEW:].sum() / max(1.0, counts.sum()))


def _hardness(luma: np.ndarray) -> float:
    """Return which share of the pixels beside bright ones are dark, less that of those almost as bright; -1 to 1."""
    rows = luma[::_ROWS]
    bright = rows >= _BRIGHT
    beside = np.minimum(rows[:, 1:], rows[:, :-1])[bright[:, 1:] != bright[:, :-1]]
    return float((beside < _HARD).mean() - (beside >= _SOFT).mean()) if len(beside) else 0.0
