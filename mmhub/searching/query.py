"""A query as a vector: made by the encoder of the column it is compared with, with its options and its weights."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mmhub.binding.bound import Bound
from mmhub.encoding.batches import Batches
from mmhub.encoding.loaded import load
from mmhub.engines.devices import device
from mmhub.errors import MmhubError, ModelError, PluginError, SourceError, Undecodable
from mmhub.faults import Fault
from mmhub.models.weights import Weights
from mmhub.operators import Encoder, Media, ModelOptions, Options
from mmhub.plugins import Offers
from mmhub.recipes.choices import checked_options
from mmhub.recipes.recipe import Step
from mmhub.searching.embeddings import Embedding, encoder_of

_DIGEST = "sha256:"
"""What the name of a model begins with that came from a folder, and is known by its content."""


@dataclass(frozen=True)
class Query:
    """What is looked for: a text, or the path of a file of another modality."""

    modality: str
    value: str

    @classmethod
    def of(cls, **asked: Path | str | None) -> "Query":
        """Return the query that is given under its modality; raise MmhubError where none is, or several are."""
        given = [cls(modality, str(value)) for modality, value in asked.items() if value is not None]
        if len(given) != 1:
            raise MmhubError(
                "what to look for is a text, or the file of a picture, a sound or a film: name one of them"
            )
        return given[0]

    def read(self, offers: Offers) -> Any:
        """Return the value as operators see it; raise SourceError for a file that cannot be read or decoded."""
        decode = offers.modality(self.modality).decode
        if decode is None:
            return self.value
        try:
            return decode(Media(path=self.value))
        except OSError as error:
            raise SourceError(f"{self.value!r} cannot be read: {error.strerror or error}") from error
        except Undecodable as error:
            raise SourceError(f"{self.value!r} does not decode ({error.reason}): {error.message}") from error


def encoded(query: Query, embedding: Embedding, offers: Offers, *, folder: Path | None) -> np.ndarray:
    """Return the vector of a query, float32[dim], as a build would have made it of that value.

    The weights are those the version was built with, found in ``folder`` where one is named. Raises PluginError or
    ModelError where encoder or weights are not there, or are others, and SourceError for a query that has no vector.
    """
    bound = _bound(embedding, offers, query.modality, folder)
    assert isinstance(bound.operator, Encoder)
    view = bound.operator.view(query.read(offers), bound.options, query.modality)
    with ThreadPoolExecutor(1) as threads:
        batches: Batches[None] = Batches(bound, load(bound, device()), threads)
        batches.add(None, view)
        ((_, vector),) = batches.rest()
    if isinstance(vector, Fault):
        raise SourceError(f"{query.value!r} cannot be encoded by {vector.message}")
    return vector


def _bound(embedding: Embedding, offers: Offers, modality: str, folder: Path | None) -> Bound:
    """Return the step that made the vectors of a version, to be asked about a value of ``modality``."""
    step, operator = embedding.step, encoder_of(offers, embedding)
    if operator.version != step["version"]:
        raise PluginError(
            f"{embedding.column!r} was made by version {step['version']} of {operator.name!r}, and version "
            f"{operator.version} is installed, whose vectors are others: build the dataset anew"
        )
    given = Step(step["operator"], name=step["name"], options=_placed(step, folder))
    options = checked_options(given, operator.options)
    if isinstance(options, ModelOptions):
        # A pass of the size that builds take would be filled up with copies of the one query.
        options = options.model_copy(update={"batch_size": 1})
    weights = _weights(embedding, operator, options)
    name = step["name"]
    return Bound(name, name, "encode", (embedding.field,), operator, options, "", weights=weights, modality=modality)


def _placed(step: Mapping[str, Any], folder: Path | None) -> dict[str, Any]:
    """Return the options of a step, with the place and the revision of the weights it had."""
    options = dict(step["options"])
    if step["weights"] is None or "model" not in options:
        return options
    if folder is not None:
        return {**options, "model": str(folder)}
    if str(options["model"]).startswith(_DIGEST):
        raise ModelError(
            f"{step['name']} had weights from a folder, of which its version knows the content alone "
            f"({options['model'][:19]}): say with `--weights FOLDER` where it is"
        )
    # Weights that a package ships have no commit: their revision is told by what they hold.
    return options if ":" in options["model"] else {**options, "revision": step["weights"]}


def _weights(embedding: Embedding, operator: Encoder, options: Options) -> Weights | None:
    """Return the weights that made a column; raise ModelError where they are not there, or others."""
    if operator.weights is None:
        return None
    wanted = embedding.step["weights"]
    model, revision = (options.model, options.revision) if isinstance(options, ModelOptions) else ("", "")
    try:
        found = operator.weights(options, False)
    except ModelError as error:
        if revision != wanted:
            raise
        raise ModelError(
            f"the weights that made {embedding.column!r} are not on this machine: fetch them where there is a network "
            f"with `hf download {model} --revision {wanted}`"
        ) from error
    if found.revision != wanted:
        raise ModelError(
            f"the vectors of {embedding.column!r} were made with the weights {wanted[:12]}, and those of {model!r} "
            f"are {found.revision[:12]}: name the folder of the right ones with `--weights FOLDER`, or build anew"
        )
    return found
