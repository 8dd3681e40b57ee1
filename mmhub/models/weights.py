"""Where the weights of a model are, and exactly which ones they are."""

import functools
import hashlib
import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mmhub.errors import ModelError
from mmhub.operators import ModelOptions

READ = ("*.json", "*.txt", "*.model", "*.safetensors", "*.jinja")
"""What is read of a model's repository: never code, never a pickle."""
_MODULES = ("[0-9]_*/config.json", "[0-9]_*/*.safetensors")
"""Where a sentence encoder keeps how it pools, and its dense layers."""
CARD = "README.md"
"""The model's card, which says what its licence is."""


@dataclass(frozen=True)
class Weights:
    """The weights of a model on this machine.

    ``revision`` is the commit they have on the Hub, or the sha256 of the files where they come from elsewhere.
    """

    model: str
    revision: str
    folder: Path

    @functools.cached_property
    def config(self) -> dict[str, Any]:
        """The model's ``config.json``."""
        return self.read("config.json")

    @functools.cached_property
    def card(self) -> dict[str, Any]:
        """What the model's card states, where it lies beside the weights; nothing where it cannot be read."""
        import yaml
        from huggingface_hub.repocard import metadata_load

        path = self.folder / CARD
        try:
            return dict(metadata_load(path) or {}) if path.exists() else {}
        except (OSError, ValueError, yaml.YAMLError):
            return {}

    def read(self, name: str) -> dict[str, Any]:
        """Return the JSON file ``name`` of the model's folder, or nothing where there is none."""
        path = self.folder / name
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


_remembered: dict[tuple[str, str], Weights] = {}
"""Weights by the model and the revision they are asked for."""


def remember(options: ModelOptions, weights: Weights) -> None:
    """Have `locate` in this process return what the build has found for such options.

    A worker that looked for itself would read all of the weights to know which ones they are.
    """
    _remembered[options.model, options.revision] = weights


def locate(model: str, *, revision: str = "main", download: bool = False) -> Weights:
    """Return the weights of ``model``: from a package, a folder, the Hub's cache, or, if allowed, the Hub.

    Raises ModelError, which says where it looked and what the ways out are.
    """
    if (known := _remembered.get((model, revision))) is not None:
        return known
    package, colon, name = model.partition(":")
    if colon:
        return _shipped(model, package, name)
    folder = Path(model).expanduser()
    if folder.is_dir():
        return Weights(model=model, revision=_digest(folder), folder=folder)
    return _from_hub(model, revision=revision, download=download)


def weights_of(options: ModelOptions, download: bool) -> Weights:
    """Return the weights that the options of an encoder name. Raises ModelError where they cannot be had."""
    return locate(options.model, revision=options.revision, download=download)


def _shipped(model: str, package: str, name: str) -> Weights:
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModelError(f"no installed package {package!r} ships weights, asked for as {model!r}")
    folder = Path(found.submodule_search_locations[0]) / "embedded" / name
    if not (folder / "config.json").exists():
        raise ModelError(f"package {package!r} ships no weights named {name!r}, asked for as {model!r}")
    return Weights(model=model, revision=_digest(folder), folder=folder)


def _from_hub(model: str, *, revision: str, download: bool) -> Weights:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        try:
            found = snapshot_download(model, revision=revision, allow_patterns=list(READ), local_files_only=True)
        except LocalEntryNotFoundError:
            if not download:
                raise
            found = snapshot_download(model, revision=revision, allow_patterns=[*READ, CARD])
    except HFValidationError as error:
        raise ModelError(f"{model!r} is neither a folder nor the name of a model on the Hub: {error}") from error
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise ModelError(
            f"the weights of {model!r} (revision {revision!r}) are not cached on this machine"
            f"{' and the Hub could not be reached' if download else ''}: "
            f"fetch them where there is a network with `hf download {model} --revision {revision}`, "
            "name a folder that holds them with `--set STEP.model=FOLDER`, "
            "or try the recipe without them with `--models embedded`"
        ) from error
    return Weights(model=model, revision=Path(found).name, folder=Path(found))


@functools.lru_cache(maxsize=64)
def _digest(folder: Path) -> str:
    """Return the sha256 over names and contents of what is read of a model's folder."""
    whole = hashlib.sha256()
    for path in sorted(path for pattern in (*READ, *_MODULES) for path in folder.glob(pattern)):
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()
