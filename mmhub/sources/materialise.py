"""The files of a generated source, made once for its options and its version."""

import hashlib
import json
from pathlib import Path

from mmhub.operators import Options, Source
from mmhub.store import Store, placed_folder


def materialised(source: Source, options: Options, store: Store) -> Path | None:
    """Return the folder that holds the files of a generated source, made if need be; None for any other source."""
    if source.generate is None:
        return None
    parts = json.dumps([source.name, source.version, options.model_dump(mode="json")], sort_keys=True)
    folder = store.sources / f"{source.name}-{hashlib.sha256(parts.encode()).hexdigest()[:16]}"
    if not folder.exists():
        with placed_folder(folder) as draft:
            source.generate(options, draft)
    return folder
