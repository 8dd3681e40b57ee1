"""Immutable versions of a dataset, and which of them is the newest."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmhub.errors import StoreError, VersionError, near
from mmhub.store import Store, write_text

_NUMBER = re.compile(r"(\d+)\.(\d+)\.(\d+)")
FORMAT = 1


@dataclass(frozen=True)
class Version:
    """One version: its name, its number, and the manifest that says everything else."""

    name: str
    number: str
    manifest: dict[str, Any]

    @property
    def identity(self) -> str:
        """What makes two versions the same dataset: sha256 over schema, recipe, operators and every unit's fate."""
        return str(self.manifest["identity"])

    @property
    def counts(self) -> dict[str, Any]:
        """How many units were read, kept, dropped and quarantined, and for what reasons."""
        return dict(self.manifest["counts"])

    def __str__(self) -> str:
        return f"{self.name}@{self.number}"


def numbers(store: Store, name: str) -> list[str]:
    """Return the numbers of all versions of ``name``, the oldest first."""
    found = (path.stem for path in (store.versions / name).glob("*.json"))
    return sorted((number for number in found if _NUMBER.fullmatch(number)), key=_parts)


def names(store: Store) -> list[str]:
    """Return the datasets the store holds."""
    return sorted(path.name for path in store.refs.glob("*") if not path.name.startswith("."))


def newest(store: Store, name: str) -> Version | None:
    """Return the version ``name`` refers to, or None where it was never built."""
    reference = store.refs / name
    return _read(store, name, reference.read_text().strip()) if reference.exists() else None


def find(store: Store, wanted: str) -> Version:
    """Return the version ``name@number``, or the newest of ``name``; raise VersionError where there is none."""
    name, _, number = wanted.partition("@")
    if name not in names(store):
        raise VersionError(f"the store {str(store.root)!r} holds no dataset {name!r}{near(name, names(store))}")
    if not number:
        version = newest(store, name)
        assert version is not None
        return version
    number = number.removeprefix("v")
    if number not in numbers(store, name):
        raise VersionError(f"{name!r} has no version {number!r}; it has {', '.join(numbers(store, name))}")
    return _read(store, name, number)


def commit(store: Store, name: str, manifest: dict[str, Any]) -> Version:
    """Write ``manifest`` as the next version of ``name``, and make it the newest; return it.

    Raises StoreError where a file it refers to is not there.
    """
    _check_files(store, manifest)
    parent = newest(store, name)
    number = following(parent, manifest, taken=numbers(store, name))
    whole = {"format": FORMAT, "name": name, "version": number, "parent": parent.number if parent else None, **manifest}
    write_text(store.versions / name / f"{number}.json", json.dumps(whole, indent=1) + "\n")
    write_text(store.refs / name, number + "\n")
    return Version(name, number, whole)


def _check_files(store: Store, manifest: dict[str, Any]) -> None:
    columns = [name for split in manifest["splits"].values() for name in split["columns"]]
    files = [store.media / name for name in manifest["media"]]
    files += [store.objects / name for name in (*columns, *manifest["ledger"])]
    gone = [path for path in files if not path.exists()]
    if gone:
        raise StoreError(f"{str(gone[0])!r} has gone from the store while a version was written: build again")


def following(parent: Version | None, manifest: dict[str, Any], *, taken: list[str]) -> str:
    """Return the number after all taken: a new major for another schema, a minor for other rows, else a patch."""
    if parent is None or not taken:
        return "1.0.0"
    major, minor, patch = _parts(taken[-1])
    if manifest["schema"] != parent.manifest["schema"]:
        return f"{major + 1}.0.0"
    if manifest["rows"] != parent.manifest["rows"]:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def _parts(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))


def _read(store: Store, name: str, number: str) -> Version:
    path: Path = store.versions / name / f"{number}.json"
    try:
        return Version(name, number, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, json.JSONDecodeError) as error:
        raise VersionError(f"the manifest {str(path)!r} cannot be read: {error}") from error
