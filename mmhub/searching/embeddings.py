"""The columns of a version that hold vectors, and which of them answers a query."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mmhub.errors import VersionError, near
from mmhub.operators import Encoder
from mmhub.plugins import Offers
from mmhub.schema import vector_names
from mmhub.version import Version

TEXT = "text"
_FIRST = ("image", "video", "audio")
"""What a text looks for, in this order, where no column is named."""


@dataclass(frozen=True)
class Embedding:
    """A column of vectors: the field they are of, its modality, and the step that made them, as the manifest has it."""

    column: str
    field: str
    modality: str
    step: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.column} ({self.step['operator']} of {self.field})"


def embeddings(version: Version) -> dict[str, Embedding]:
    """Return the columns of a version that an encoder has made, by name."""
    recipe = version.manifest["recipe"]
    steps = {step["name"]: step for step in recipe["steps"] if step["kind"] == "encode"}
    fields = {name: step["fields"][0] for name, step in steps.items()}
    called = ((name, name.removesuffix(f"@{fields[name]}"), fields[name]) for name in steps)
    return {
        column: Embedding(column, fields[name], recipe["fields"][fields[name]]["modality"], steps[name])
        for column, name in vector_names(called, recipe["fields"]).items()
    }


def choose(version: Version, offers: Offers, modality: str, column: str | None) -> Embedding:
    """Return the embedding that answers a query of ``modality``: ``column``, or the only one there is.

    A text looks for pictures first, then for videos, sounds and all else, at last for texts; a picture for pictures
    first. Raises VersionError where no column, or several of what is looked for, were made by an encoder that reads
    the query, and PluginError where an encoder is not installed.
    """
    if column is not None:
        return _named(version, offers, modality, column)
    fitting = _fitting(version, offers, modality)
    if not fitting:
        raise VersionError(
            f"{str(version)!r} has no vectors that {_article(modality)} can be compared with: it has "
            f"{_listed(embeddings(version).values()) or 'no embedding'}; add a step to its recipe whose encoder reads "
            f"{modality}: {', '.join(_reading(offers, modality)) or 'no installed one does'}"
        )
    wanted = min((each.modality for each in fitting), key=lambda found: _turn(modality, found))
    fitting = [each for each in fitting if each.modality == wanted]
    if len(fitting) > 1:
        raise VersionError(f"{str(version)!r} can be searched in {_listed(fitting)}: name one with `--column`")
    return fitting[0]


def _named(version: Version, offers: Offers, modality: str, column: str) -> Embedding:
    known = embeddings(version)
    if column not in known:
        hint = near(column, known) or f"; it has {_listed(known.values()) or 'none'}"
        raise VersionError(f"{str(version)!r} has no column of vectors {column!r}{hint}")
    reads = encoder_of(offers, known[column]).modalities
    if modality not in reads:
        others = _fitting(version, offers, modality)
        raise VersionError(
            f"the vectors of {column!r} were made by {known[column].step['operator']!r}, "
            f"which reads {' and '.join(reads)}, and no {modality}; "
            + (f"search in {_listed(others)}" if others else f"no column of {str(version)!r} can be searched by that")
        )
    return known[column]


def _fitting(version: Version, offers: Offers, modality: str) -> list[Embedding]:
    """Return the columns of a version whose encoder reads values of a modality."""
    return [each for each in embeddings(version).values() if modality in encoder_of(offers, each).modalities]


def _reading(offers: Offers, modality: str) -> list[str]:
    """Return the names of the installed encoders that read values of a modality."""
    several = offers.operators.items()
    return sorted(name for name, each in several if isinstance(each, Encoder) and modality in each.modalities)


def encoder_of(offers: Offers, embedding: Embedding) -> Encoder:
    """Return the encoder that made a column; raise PluginError where it is not installed."""
    operator = offers.operator(embedding.step["operator"])
    assert isinstance(operator, Encoder)
    return operator


def _turn(modality: str, found: str) -> tuple[int, str]:
    """Return when vectors of a modality are looked at: the lowest is first."""
    order = _FIRST if modality == TEXT else (modality, *_FIRST)
    return (order.index(found) if found in order else len(order) + (found == TEXT), found)


def _article(modality: str) -> str:
    return f"an {modality}" if modality[0] in "aeiou" else f"a {modality}"


def _listed(several: Iterable[Embedding]) -> str:
    return ", ".join(map(str, several))
