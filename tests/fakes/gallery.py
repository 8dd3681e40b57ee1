"""Pictures, sounds and films of the demo's kind with two captions each, built with vectors."""

import json
from pathlib import Path

import numpy as np

import mmhub
from dataset_scripts.demo import files, pictures, scenes, sounds, videos, voices
from mmhub import Column, From, Recipe, Step

PICTURES, SOUNDS, FILMS = 60, 6, 3
TWIN, UNTOLD = "twin-of-p07", "untold"
RECIPE = Recipe(
    name="gallery",
    fields={
        "image": Column(modality="image", most_absent=1),
        "audio": Column(modality="audio", most_absent=1),
        "video": Column(modality="video", most_absent=1),
        "captions": Column(modality="text", many=True, most_absent=1),
    },
    steps=(
        Step("image/clip", fields=("image", "captions"), options={"model": "mmhub_image:clip"}),
        Step("audio/clap", fields="audio", options={"model": "mmhub_audio:clap"}),
        Step("video/frames", fields="video", options={"model": "mmhub_image:clip"}, index="flat"),
    ),
)


def write_gallery(folder: Path) -> dict[str, scenes.Scene]:
    """Write files, and a table of them, into ``folder``; return the scene of each picture by its row id."""
    rng = np.random.default_rng(5)
    shown = {f"p{n:02d}": scenes.draw_scene(rng) for n in range(PICTURES)}
    rows = [_row(rng, row_id, scene, folder) for row_id, scene in shown.items()]
    (folder / f"{TWIN}.jpg").write_bytes((folder / "p07.jpg").read_bytes())
    rows.append({"row_id": TWIN, "image": f"{TWIN}.jpg", "captions": rows[7]["captions"][::-1]})
    rows.append({"row_id": UNTOLD, "image": "p08.jpg", "captions": []})
    for n in range(SOUNDS):
        heard = sounds.draw_sound(rng)
        (folder / f"s{n}.wav").write_bytes(files.wav(voices.voice(rng, heard, 1.0)))
        rows.append({"row_id": f"s{n}", "audio": f"s{n}.wav", "captions": [sounds.describe_sound(rng, heard)]})
    for n, scene in enumerate(list(shown.values())[:FILMS]):
        frames = videos.film(rng, scene, "left", (64, 64), 8)
        (folder / f"f{n}.mp4").write_bytes(videos.mp4(frames, (64, 64), None))
        rows.append({"row_id": f"f{n}", "video": f"f{n}.mp4", "captions": []})
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return shown


def _row(rng: np.random.Generator, row_id: str, scene: scenes.Scene, folder: Path) -> dict:
    painted = pictures.paint(rng, scene, 160, 144)
    (folder / f"{row_id}.jpg").write_bytes(files.jpeg(painted, quality=88))
    return {
        "row_id": row_id,
        "image": f"{row_id}.jpg",
        "captions": [scenes.describe_scene(rng, scene) for _ in range(2)],
    }


def build_gallery(folder: Path, store: Path) -> None:
    source = From(use="table", options={"files": folder / "rows.jsonl"})
    mmhub.build(RECIPE.model_copy(update={"source": source}), store=store, workers=1)
