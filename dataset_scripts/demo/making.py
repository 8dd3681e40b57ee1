"""Make the rows of the demo: write the file of each, and say what stands in it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from . import files, spoil, videos
from .contents import Content
from .defects import DUPLICATES, Plant
from .pictures import paint
from .scenes import describe_scene
from .sounds import describe_sound
from .voices import voice

MEDIA_FIELDS = {"picture": "image", "sound": "audio", "film": "video"}
_LYING = 6
"""The EXIF orientation of a picture that has to be turned clockwise to stand upright."""
_SHORT_FILM_FRAMES = 4


def make_row(content: Content, plant: Plant | None, folder: Path) -> dict[str, Any]:
    """Write the file of a row into ``folder``, unless it is to be missing, and return the row, paths relative to it."""
    defect = plant.defect.name if plant else ""
    if plant and plant.other and defect == "exact-duplicate":
        content = replace(content, suffix=plant.other.suffix)
    if defect != "missing-file":
        data = make_file(content, plant, folder)
        (folder / content.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / content.path).write_bytes(data)
    about = plant.other if plant and plant.other else content
    caption = describe(content, about)
    if defect in spoil.CAPTIONS:
        caption = spoil.CAPTIONS[defect](content.words_rng(), caption)
    media = dict.fromkeys(MEDIA_FIELDS.values()) | {MEDIA_FIELDS[content.kind]: content.path}
    return {"row_id": content.row_id, "split": content.split, **media, "caption": caption, "subtitles": cues(content)}


def describe(content: Content, about: Content) -> str:
    """Return a caption for a row, in its own words, of what ``about`` is about."""
    rng = content.words_rng()
    if content.kind == "sound":
        return describe_sound(rng, about.sound)
    return describe_scene(rng, about.scene, about.way if content.kind == "film" else None)


def cues(content: Content) -> str | None:
    """Return the subtitles of a film, which tell what is heard."""
    if content.kind != "film":
        return None
    lines = [f"[{describe_sound(content.words_rng(), content.sound)}]", f"It goes {content.way}."]
    return videos.subtitles(lines, 1.5)


def make_file(content: Content, plant: Plant | None, folder: Path) -> bytes:
    """Return the bytes of a row's file."""
    defect = plant.defect.name if plant else ""
    rng = content.media_rng()
    if plant and plant.other and defect in DUPLICATES:
        data = copied(rng, content, defect, folder / plant.other.path)
    elif content.kind == "picture":
        width, height = (int(side) for side in rng.integers(128, 257, 2))
        data = compressed(rng, content, defect, paint(rng, content.scene, width, height))
    elif content.kind == "sound":
        data = recorded(rng, content, defect)
    else:
        data = filmed(rng, content, defect)
    return spoil.BYTES[defect](rng, data) if defect in spoil.BYTES else data


def copied(rng: np.random.Generator, content: Content, defect: str, original: Path) -> bytes:
    """Return a picture's file again: byte by byte, or opened, retouched and saved again."""
    if defect == "exact-duplicate":
        return original.read_bytes()
    with Image.open(original) as picture:
        return compressed(rng, content, defect, picture.convert("RGB"))


def compressed(rng: np.random.Generator, content: Content, defect: str, picture: Image.Image) -> bytes:
    """Return a picture as the file of a row."""
    if defect in spoil.PICTURES:
        picture = spoil.PICTURES[defect](rng, picture)
    if content.suffix == ".png":
        return files.png(picture)
    return files.jpeg(picture, quality=int(rng.integers(80, 96)), orientation=_LYING if defect == "turned" else 1)


def recorded(rng: np.random.Generator, content: Content, defect: str) -> bytes:
    """Return a sound as the file of a row."""
    samples = voice(rng, content.sound, float(rng.uniform(1.5, 4.0)))
    if defect in spoil.SAMPLES:
        samples = spoil.SAMPLES[defect](rng, samples)
    return files.flac(samples) if content.suffix == ".flac" else files.wav(samples)


def filmed(rng: np.random.Generator, content: Content, defect: str) -> bytes:
    """Return a film as the file of a row."""
    width, height = (int(side) for side in rng.choice((96, 112, 128), 2))
    rate = videos.FRAMES_PER_SECOND
    count = _SHORT_FILM_FRAMES if defect == "short-film" else int(rng.integers(3 * rate // 2, 5 * rate // 2 + 1))
    samples = voice(rng, content.sound, count / rate)
    frames = videos.film(rng, content.scene, content.way, (width, height), count)
    return videos.mp4(frames, (width, height), None if defect == "soundless-film" else samples)


def planted_truth(plants: Mapping[str, Plant]) -> list[dict[str, Any]]:
    """Return what is wrong with which row, in the order of their ids."""
    return [
        {"row_id": row_id, "defect": plant.defect.name, "caught_as": list(plant.defect.caught_as)}
        for row_id, plant in sorted(plants.items())
    ]
