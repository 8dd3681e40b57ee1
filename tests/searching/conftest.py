from dataclasses import dataclass
from pathlib import Path

import pytest
from gallery import build_gallery, write_gallery

import mmhub
from dataset_scripts.demo.scenes import Scene


@dataclass(frozen=True)
class Gallery:
    folder: Path
    store: Path
    scenes: dict[str, Scene]

    def search(self, text=None, *, version="gallery", **asked):
        return mmhub.search(version, text, store=self.store, **asked)

    def column(self, name):
        """Return a column by row id, without any medium being decoded."""
        rows = mmhub.load("gallery", store=self.store)["train"].select_columns(["row_id", name])
        return {row["row_id"]: row[name] for row in rows}


@pytest.fixture(scope="session")
def gallery(tmp_path_factory):
    """Pictures, sounds and films, built once with vectors; it is only looked at."""
    folder = tmp_path_factory.mktemp("gallery")
    shown = write_gallery(folder)
    build_gallery(folder, folder / "store")
    return Gallery(folder, folder / "store", shown)
