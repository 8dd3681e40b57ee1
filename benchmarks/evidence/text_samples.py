"""Real texts among the samples: labels, captions and paragraphs in many languages."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Texts:
    """Texts by how long they are, none twice; paragraphs with the ISO 639-3 code of their language."""

    labels: list[str]
    captions: list[str]
    paragraphs: list[tuple[str, str]]

    def all(self) -> list[str]:
        """Return every text."""
        return [*self.labels, *self.captions, *(text for _, text in self.paragraphs)]


def read(samples: Path) -> Texts:
    """Return the labels of VGGSound, captions of COCO and Flickr8k, and articles of the Declaration of Human Rights."""
    captions = [row["caption"].strip() for name in ("val", "train") for row in _coco(samples, name)]
    lines = (samples / "flickr/captions.txt").read_text(encoding="utf-8").splitlines()[1:]
    captions += [line.split(",", 1)[1].strip(' "') for line in lines]
    with (samples / "vggsound/vggsound.csv").open(encoding="utf-8", newline="") as file:
        labels = [row[2] for row in csv.reader(file)]
    articles = [json.loads(line) for line in (samples / "text/udhr.jsonl").read_text(encoding="utf-8").splitlines()]
    paragraphs = dict.fromkeys((row["language"], row["text"].strip()) for row in articles)
    return Texts(_once(labels), _once(captions), list(paragraphs))


def _coco(samples: Path, name: str) -> list[dict[str, str]]:
    path = samples / f"coco/annotations/captions_{name}2017.json"
    return list(json.loads(path.read_text(encoding="utf-8"))["annotations"])


def _once(texts: list[str]) -> list[str]:
    return list({text.casefold(): text for text in reversed(texts)}.values())[::-1]
