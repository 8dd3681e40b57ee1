"""What each row of the demo is about, before anything is made of it or wrong with it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .scenes import Scene, draw_scene
from .sounds import Sound, draw_sound
from .videos import WAYS

Kind = Literal["picture", "sound", "film"]
SHARES: dict[Kind, float] = {"picture": 0.60, "sound": 0.28, "film": 0.12}
SUFFIXES: dict[Kind, tuple[Sequence[str], Sequence[float]]] = {
    "picture": ((".jpg", ".png"), (0.9, 0.1)),
    "sound": ((".wav", ".flac"), (0.7, 0.3)),
    "film": ((".mp4",), (1.0,)),
}
_CONTENT, _MEDIA, _WORDS = 0, 1, 2


@dataclass(frozen=True)
class Content:
    """What one row is about: a picture shows a scene, a sound is heard, and a film has both."""

    seed: int
    number: int
    kind: Kind
    scene: Scene
    sound: Sound
    way: str
    suffix: str

    @property
    def row_id(self) -> str:
        """The row's id."""
        return f"demo-{self.number:06d}"

    @property
    def split(self) -> str:
        """Which split the row belongs to: eight, one and one in ten, by its id alone."""
        tenth = hashlib.sha256(self.row_id.encode()).digest()[0] % 10
        return {8: "validation", 9: "test"}.get(tenth, "train")

    @property
    def path(self) -> str:
        """Where the row's file lies in the folder of the demo."""
        return f"{self.kind}s/{self.row_id}{self.suffix}"

    def media_rng(self) -> np.random.Generator:
        """Return what the row's file is drawn from."""
        return np.random.default_rng([self.seed, self.number, _MEDIA])

    def words_rng(self) -> np.random.Generator:
        """Return what the row's texts are drawn from."""
        return np.random.default_rng([self.seed, self.number, _WORDS])


def draw_contents(seed: int, rows: int) -> list[Content]:
    """Return what so many rows are about, in the order of their ids; a row depends on the seed and its number alone."""
    return [_draw_content(seed, number) for number in range(rows)]


def _draw_content(seed: int, number: int) -> Content:
    rng = np.random.default_rng([seed, number, _CONTENT])
    kind: Kind = rng.choice(list(SHARES), p=list(SHARES.values())).item()
    suffixes, chances = SUFFIXES[kind]
    return Content(
        seed=seed,
        number=number,
        kind=kind,
        scene=draw_scene(rng),
        sound=draw_sound(rng),
        way=str(rng.choice(list(WAYS))),
        suffix=str(rng.choice(suffixes, p=chances)),
    )
