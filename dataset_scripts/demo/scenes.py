"""What a picture of the demo shows, and how a caption says it."""

from dataclasses import dataclass

import numpy as np

COLOURS = {
    "red": (205, 35, 40),
    "green": (40, 150, 60),
    "blue": (45, 80, 215),
    "yellow": (238, 210, 45),
    "purple": (140, 45, 170),
    "orange": (245, 130, 25),
    "pink": (245, 140, 185),
    "white": (243, 243, 243),
    "black": (22, 22, 22),
    "brown": (115, 70, 35),
}
GROUNDS = {
    "grey": (128, 128, 128),
    "teal": (40, 130, 130),
    "navy": (30, 40, 95),
    "beige": (184, 157, 110),
    "olive": (112, 118, 45),
    "lilac": (162, 130, 190),
    "maroon": (112, 28, 48),
    "mint": (108, 178, 138),
}
SHAPES = ("circle", "square", "triangle", "star", "cross", "ring")
TEXTURES = ("striped", "checked", "dotted", "marbled")
SIZES = ("small", "large")
STILL = (
    "{a size} {colour} {shape} on {a texture} {ground} ground",
    "{a colour} {shape} in front of {a texture} {ground} background",
    "{a texture} {ground} surface with {a size} {colour} {shape} on it",
    "there is {a colour} {shape} painted on {a texture} {ground} wall",
    "picture of {a size} {colour} {shape}, the ground is {texture} and {ground}",
    "one {colour} {shape} drawn over {ground} {texture} paper",
)
MOVING = (
    "{a colour} {shape} moves {way} over {a texture} {ground} ground",
    "{a size} {colour} {shape} sliding {way} in front of {a texture} {ground} wall",
    "on {a texture} {ground} ground {a colour} {shape} drifts {way}",
)
UNLIKE_RGB = 90.0
"""How far apart in RGB a shape has to be from its ground to be seen."""


@dataclass(frozen=True)
class Scene:
    """One shape on one ground."""

    colour: str
    shape: str
    size: str
    texture: str
    ground: str


def draw_scene(rng: np.random.Generator) -> Scene:
    """Return a scene drawn at random, whose shape stands out from its ground."""
    while True:
        scene = Scene(
            colour=str(rng.choice(list(COLOURS))),
            shape=str(rng.choice(SHAPES)),
            size=str(rng.choice(SIZES)),
            texture=str(rng.choice(TEXTURES)),
            ground=str(rng.choice(list(GROUNDS))),
        )
        if np.linalg.norm(np.subtract(COLOURS[scene.colour], GROUNDS[scene.ground])) >= UNLIKE_RGB:
            return scene


def describe_scene(rng: np.random.Generator, scene: Scene, way: str | None = None) -> str:
    """Return a caption of a scene, of one whose shape moves ``way`` if that is given."""
    words = {**vars(scene), "way": way}
    articled = {f"a {name}": with_article(str(word)) for name, word in words.items()}
    return str(rng.choice(STILL if way is None else MOVING)).format(**words, **articled)


def with_article(word: str) -> str:
    """Return a word after its indefinite article."""
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def accented(caption: str) -> str:
    """Return a caption with an ending beyond ASCII, so that a wrong encoding would show."""
    return f"{caption} – a naïve sketch"


def unlike_scenes(one: Scene, other: Scene) -> bool:
    """Return whether two scenes differ in the colour of both shape and ground."""
    return one.colour != other.colour and one.ground != other.ground
