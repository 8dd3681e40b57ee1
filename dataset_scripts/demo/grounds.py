"""Paint what a shape lies on: a textured, unevenly lit ground."""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image

from .scenes import GROUNDS, Scene

LIGHT_CELLS = 8
LIGHT_SPREAD = 13.0
TEXTURE_SPREAD = 17.0
TINT_SPREAD = 7.0
VEINS = 16

Floats = np.ndarray


def paint_ground(rng: np.random.Generator, scene: Scene, width: int, height: int) -> Floats:
    """Return the ground of a scene as float32 RGB of shape [height, width, 3]."""
    pattern = weave(rng, scene.texture, width, height) * TEXTURE_SPREAD
    # Uneven light gives every picture its own low frequencies: perceptual hashes see little else.
    light = smooth_noise(rng, LIGHT_CELLS, width, height) * LIGHT_SPREAD
    return tint(rng, GROUNDS[scene.ground]) + (pattern + light)[:, :, None]


def weave(rng: np.random.Generator, texture: str, width: int, height: int) -> Floats:
    """Return a texture as brightness between about -1 and 1."""
    if texture == "marbled":
        return np.asarray(np.tanh(2 * smooth_noise(rng, VEINS, width, height)))
    across, down = turned_grid(rng, width, height)
    if texture == "striped":
        return np.asarray(np.sign(np.sin(across)))
    if texture == "checked":
        return np.asarray(np.sign(np.sin(across)) * np.sign(np.sin(down)))
    return np.where(np.sin(across) + np.sin(down) > 1.1, 1.3, -0.3).astype(np.float32)


def turned_grid(rng: np.random.Generator, width: int, height: int) -> tuple[Floats, Floats]:
    """Return the phases of two waves that stand upright on each other, at a random angle and wavelength."""
    angle, pixels = rng.uniform(0, math.pi), min(width, height) * rng.uniform(0.1, 0.16)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) * (2 * math.pi / pixels)
    shift = rng.uniform(0, 2 * math.pi, 2)
    across = columns * math.cos(angle) + rows * math.sin(angle) + shift[0]
    return across, rows * math.cos(angle) - columns * math.sin(angle) + shift[1]


def smooth_noise(rng: np.random.Generator, cells: int, width: int, height: int) -> Floats:
    """Return noise that varies over ``cells`` patches in each direction, with a spread of about one."""
    coarse = Image.fromarray(rng.standard_normal((cells, cells)).astype(np.float32))
    return np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC))


def tint(rng: np.random.Generator, colour: Sequence[int]) -> Floats:
    """Return a colour a little off the one asked for."""
    return (np.asarray(colour) + rng.normal(0, TINT_SPREAD, 3)).astype(np.float32)
