"""Paint a scene: a coloured shape on its ground, seen by a grainy sensor."""

import math

import numpy as np
from PIL import Image, ImageDraw

from .grounds import Floats, paint_ground, tint
from .scenes import COLOURS, Scene

RADIUS = {"small": (0.17, 0.22), "large": (0.27, 0.34)}
"""How far a shape reaches from its middle, in shorter sides of the picture."""
SMOOTHING = 3
"""How many times larger a shape is drawn than it is shown, so that its edges are smooth."""
GRAIN_SPREAD = 7.0


def paint(rng: np.random.Generator, scene: Scene, width: int, height: int) -> Image.Image:
    """Return an RGB picture of a scene."""
    canvas = paint_ground(rng, scene, width, height)
    radius = draw_radius(rng, scene, width, height)
    shape = cut_shape(scene.shape, radius, angle=float(rng.uniform(-0.35, 0.35)))
    middle = draw_middle(rng, radius, width, height)
    return finish(rng, stamp(canvas, shape, tint(rng, COLOURS[scene.colour]), middle))


def draw_radius(rng: np.random.Generator, scene: Scene, width: int, height: int) -> int:
    """Return how far the shape of a scene reaches, in pixels."""
    return round(min(width, height) * float(rng.uniform(*RADIUS[scene.size])))


def draw_middle(rng: np.random.Generator, radius: int, width: int, height: int) -> tuple[int, int]:
    """Return where a shape is put (x, y): wholly inside the square that is left when the longer side is cropped."""
    reach = max(1, min(width, height) // 2 - radius)
    x, y = rng.integers(-reach, reach + 1, 2)
    return width // 2 + int(x), height // 2 + int(y)


def cut_shape(shape: str, radius: int, *, angle: float) -> Floats:
    """Return how much of every pixel a shape covers: float32[2 radius + 1, 2 radius + 1] between 0 and 1."""
    side = 2 * radius + 1
    stencil = Image.new("L", (side * SMOOTHING, side * SMOOTHING))
    pen, reach = ImageDraw.Draw(stencil), side * SMOOTHING / 2
    if shape in ("circle", "ring"):
        pen.ellipse((0, 0, 2 * reach, 2 * reach), fill=255)
    else:
        pen.polygon([(reach * (1 + x), reach * (1 + y)) for x, y in corners(shape, angle)], fill=255)
    if shape == "ring":
        pen.ellipse((0.55 * reach, 0.55 * reach, 1.45 * reach, 1.45 * reach), fill=0)
    small = stencil.resize((side, side), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float32) / 255


def corners(shape: str, angle: float) -> list[tuple[float, float]]:
    """Return the corners of a shape that is turned by an angle, inside the unit circle."""
    if shape == "cross":
        arm = 0.32
        turns = [quarter * math.pi / 2 + side for quarter in range(4) for side in (-arm, arm, math.pi / 4)]
        reaches = [1.0, 1.0, math.sin(arm) * math.sqrt(2)] * 4
    else:
        count = {"triangle": 3, "square": 4, "star": 10}[shape]
        turns = [2 * math.pi * index / count + (math.pi / 4 if count == 4 else 0) for index in range(count)]
        reaches = [0.42 if shape == "star" and index % 2 else 1.0 for index in range(count)]
    return [(r * math.sin(t + angle), -r * math.cos(t + angle)) for t, r in zip(turns, reaches, strict=True)]


def stamp(canvas: Floats, cover: Floats, colour: Floats, middle: tuple[int, int]) -> Floats:
    """Return a canvas with a colour laid over it where a shape covers it; parts outside are cut off."""
    height, width = canvas.shape[:2]
    side = cover.shape[0]
    left, top = middle[0] - side // 2, middle[1] - side // 2
    seen = cover[max(0, -top) : height - top, max(0, -left) : width - left, None]
    place = np.s_[max(0, top) : max(0, top) + seen.shape[0], max(0, left) : max(0, left) + seen.shape[1]]
    stamped = canvas.copy()
    # Some of the ground's light falls on the shape too.
    lit = colour + 0.25 * (canvas[place] - canvas[place].mean(axis=(0, 1)))
    stamped[place] = canvas[place] * (1 - seen) + lit * seen
    return stamped


def finish(rng: np.random.Generator, canvas: Floats) -> Image.Image:
    """Return a canvas as a picture, with the grain of a camera's sensor."""
    grain = rng.standard_normal(canvas.shape[:2], dtype=np.float32) * GRAIN_SPREAD
    return Image.fromarray(np.clip(canvas + grain[:, :, None], 0, 255).astype(np.uint8))
