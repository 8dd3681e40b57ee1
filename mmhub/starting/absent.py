"""Files that rows name and that are not there: said before a build finds none of them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mmhub.operators import Row
from mmhub.recipes.recipe import PLAIN_TYPES
from mmhub.starting.guessing import Guess


def absent(rows: Sequence[Row], fields: Sequence[Guess]) -> Iterator[str]:
    """Yield a sentence for each field of media of which no row names a file that is there."""
    for field in fields:
        files = [] if field.modality in PLAIN_TYPES else list(_files(rows, field.name))
        if files and not any(file.exists() for file in files):
            found = _elsewhere(files[0])
            hint = f", and one is in {str(found.parent)!r}: put the table there" if found else ""
            yield (
                f"no file that {field.name!r} names is there, such as {str(files[0])!r}: names are relative to the "
                f"table{hint}"
            )


def _files(rows: Sequence[Mapping[str, Any]], name: str) -> Iterator[Path]:
    """Yield the paths that rows hold under ``name``; texts, bytes and addresses are none."""
    for row in rows:
        value = row.get(name)
        for each in value if isinstance(value, list) else (value,):
            if isinstance(each, Path) or (isinstance(each, str) and Path(each).is_absolute()):
                yield Path(each)


def _elsewhere(file: Path) -> Path | None:
    """Return a file of that name in a folder beside the one where it was looked for, or None."""
    return next(file.parent.glob(f"*/{file.name}"), None) if file.parent.is_dir() else None
