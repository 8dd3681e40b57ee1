"""What the Hub is asked for a dataset: which commit a revision is, and its splits, opened."""

from dataclasses import dataclass
from typing import Any

from mmhub.errors import SourceError


def commit_of(dataset: str, revision: str) -> str:
    """Return the commit that a revision of a dataset stands for; raise SourceError where that cannot be told."""
    from httpx2 import HTTPError
    from huggingface_hub import HfApi
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    try:
        return str(HfApi().dataset_info(dataset, revision=revision, timeout=30).sha)
    except GatedRepoError as error:
        raise SourceError(
            f"the dataset {dataset!r} is gated: accept its terms on its page, and say who you are with `hf auth login`"
        ) from error
    except RevisionNotFoundError as error:
        raise SourceError(f"the dataset {dataset!r} has no revision {revision!r}") from error
    except RepositoryNotFoundError as error:
        raise SourceError(
            f"there is no dataset {dataset!r} on the Hub, or it is private: `hf auth login` says who you are"
        ) from error
    except HFValidationError as error:
        raise SourceError(f"{dataset!r} is no dataset of the Hub: expected owner/name") from error
    except OfflineModeIsEnabled as error:
        raise SourceError(
            f"the dataset {dataset!r} is not in the store yet, and HF_HUB_OFFLINE keeps it from being read: unset it"
        ) from error
    except (HTTPError, HfHubHTTPError, OSError) as error:
        raise SourceError(
            f"the Hub cannot be reached for the dataset {dataset!r} ({type(error).__name__}): build again when it can"
        ) from error


@dataclass(frozen=True)
class Split:
    """The rows of a split, with media as the bytes they are, and by column the names of the classes it numbers."""

    rows: Any
    classes: dict[str, list[str]]


def opened(dataset: str, *, config: str, split: str, revision: str | None, streaming: bool) -> dict[str, Split]:
    """Return the splits of a dataset by name, in order."""
    import datasets

    try:
        found = datasets.load_dataset(dataset, config or None, revision=revision, streaming=streaming)
    except (datasets.exceptions.DatasetsError, FileNotFoundError, ValueError, ConnectionError) as error:
        raise SourceError(f"the dataset {dataset!r} cannot be opened: {error}") from error
    if split and split not in found:
        raise SourceError(f"the dataset {dataset!r} has no split {split!r}: it has {', '.join(found)}")
    return {name: _undecoded(each) for name, each in found.items() if split in ("", name)}


def _undecoded(split: Any) -> Split:
    import datasets

    classes: dict[str, list[str]] = {}

    if split.features is None:
        split = split._resolve_features()
    for name, feature in split.features.items():
        if isinstance(feature, datasets.Image | datasets.Audio | datasets.Video):
            split = split.cast_column(name, type(feature)(decode=False))
        elif isinstance(feature, datasets.ClassLabel):
            classes[name] = list(feature.names)
    return Split(split, classes)
