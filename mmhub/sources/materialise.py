"""The files of a generated source, made once for its options and its version."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from mmhub.errors import SourceError
from mmhub.operators import Options, Source
from mmhub.store import Store, placed_folder


def materialised(
    source: Source, options: Options, store: Store, *, starts: Callable[[], None] = lambda: None
) -> Path | None:
    """Return the folder that holds the files of a generated source, made if need be; None for any other source.

    ``starts`` is called before they are made, which may take minutes.
    """
    if source.generate is None:
        return None
    folder = _folder(source, options, store)
    if not folder.exists():
        starts()
        with placed_folder(folder) as draft:
            source.generate(options, draft)
    return folder


def check_without_network(source: Source, options: Options, store: Store) -> None:
    """Raise SourceError where the rows of a source have still to be fetched."""
    if source.remote and source.remote(options) and not _folder(source, options, store).exists():
        raise SourceError(
            f"what the source {source.name!r} reads is not in the store yet, and a plan uses no network: the first "
            "build fetches it; `mmhub build RECIPE --limit 1` does little else"
        )


def _folder(source: Source, options: Options, store: Store) -> Path:
    return store.sources / f"{source.name}-{options_key(source, options)}"


def options_key(source: Source, options: Options) -> str:
    """Return what tells a source with these options, in this version, from any other."""
    parts = json.dumps([source.name, source.version, options.model_dump(mode="json")], sort_keys=True)
    return hashlib.sha256(parts.encode()).hexdigest()[:16]
