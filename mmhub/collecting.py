"""What a store holds that no version needs, and its removal."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from mmhub.encoding.marks import marks_in
from mmhub.errors import StoreError
from mmhub.searching.searched import Kept
from mmhub.store import Store, remove
from mmhub.version import Version, is_number


@dataclass(frozen=True)
class Garbage:
    """Files and folders that no version needs, by what they are: those of `garbage`."""

    paths: dict[str, list[Path]] = field(default_factory=dict)

    @property
    def amounts(self) -> dict[str, dict[str, int]]:
        """How many files of each kind there are, and how many bytes they take."""
        return {kind: _amount(paths) for kind, paths in self.paths.items()}

    def remove(self) -> None:
        """Remove all of it."""
        for paths in self.paths.values():
            remove(paths)


def garbage(store: Store, *, facts: bool, copies: bool = False) -> Garbage:
    """Return what no version in ``store`` needs, where nothing is being built: media, columns, indexes and leftovers.

    Facts, and copies of sources and downloads, are among it only where they are asked for.

    A block of media stays whole as long as a version needs any file in it. Raises StoreError where what a version
    needs cannot be told.
    """
    versions = _manifests(store)
    media = {name for version in versions for name in version.manifest["media"]}
    columns = {name for version in versions for name in version.manifest["ledger"]}
    for version in versions:
        columns.update(name for split in version.manifest["splits"].values() for name in split["columns"])
    found = {
        "media": _others(store.media, media),
        "columns": _others(store.objects, columns),
        "indexes": _others(store.indexes, {Kept(version, store).indexes.name for version in versions}),
        "leftovers": store.leftovers() + marks_in(store.facts),
    }
    if facts:
        found["facts"] = _others(store.facts, {key for version in versions for key in _facts(version)})
    if copies:
        made = [path for path in store.sources.iterdir() if path.is_dir() and not path.name.startswith(".")]
        found["copies"] = sorted([*made, *([store.downloads] if store.downloads.exists() else [])])
    return Garbage(found)


def _manifests(store: Store) -> list[Version]:
    """Return every version that was ever written, also where no reference leads to it."""
    paths = sorted(path for path in store.versions.glob("*/*.json") if is_number(path.stem))
    try:
        return [Version(path.parent.name, path.stem, json.loads(path.read_text(encoding="utf-8"))) for path in paths]
    except (OSError, ValueError) as error:
        raise StoreError(
            f"a manifest in {str(store.versions)!r} cannot be read, so nothing is removed: {error}"
        ) from error


def _facts(version: Version) -> list[str]:
    if "facts" not in version.manifest:
        raise StoreError(f"{str(version)!r} does not say which facts it needs: leave out `--facts`")
    return list(version.manifest["facts"])


def _others(folder: Path, needed: set[str]) -> list[Path]:
    return sorted(
        path for path in folder.glob("*") if path.name not in needed and not path.name.startswith((".", "tmp"))
    )


def _amount(paths: Iterable[Path]) -> dict[str, int]:
    files = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()]
    return {"files": len(files), "bytes": sum(file.stat().st_size for file in files)}
