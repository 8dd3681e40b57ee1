"""Immutable versions of a dataset, and which of them is the newest."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmhub.errors import StoreError, VersionError, near
from mmhub.store import Store, write_text

_NUMBER = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_WITHDRAWN = ".withdrawn"
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

    @property
    def files(self) -> list[str]:
        """The files of the version by their place in the store, such as ``media/<sha256>.arrow``."""
        columns = [name for split in self.manifest["splits"].values() for name in split["columns"]]
        objects = dict.fromkeys((*columns, *self.manifest["ledger"]))
        return [*(f"media/{name}" for name in self.manifest["media"]), *(f"objects/{name}" for name in objects)]

    def __str__(self) -> str:
        return f"{self.name}@{self.number}"


def numbers(store: Store, name: str) -> list[str]:
    """Return the numbers of all versions of ``name`` that can be had, the oldest first."""
    return _numbered(store, name, ".json")


def withdrawn(store: Store, name: str) -> dict[str, dict[str, Any]]:
    """Return, by number, when and why versions of ``name`` were withdrawn.

    One whose manifest is still there is not: withdrawing it was cut short.
    """
    folder = store.versions / name
    there = set(numbers(store, name))
    return {
        number: json.loads((folder / f"{number}{_WITHDRAWN}").read_text(encoding="utf-8"))
        for number in _numbered(store, name, _WITHDRAWN)
        if number not in there
    }


def taken(store: Store, name: str) -> list[str]:
    """Return all numbers that versions of ``name`` ever had, the lowest first; none is given twice."""
    known = {*numbers(store, name), *_numbered(store, name, _WITHDRAWN)}
    reference = store.refs / name
    if reference.exists():
        known.add(reference.read_text().strip())
    return sorted((number for number in known if is_number(number)), key=parts_of)


def names(store: Store) -> list[str]:
    """Return the datasets the store holds."""
    return sorted(path.name for path in store.refs.glob("*") if not path.name.startswith("."))


def newest(store: Store, name: str) -> Version | None:
    """Return the version ``name`` refers to, or None where it was never built."""
    reference = store.refs / name
    return _read(store, name, reference.read_text().strip()) if reference.exists() else None


def find(store: Store, wanted: str) -> Version:
    """Return the version ``name@number`` or ``name@tag``, or the newest of ``name``.

    Raises VersionError where there is none, or it was withdrawn.
    """
    name, _, asked = wanted.partition("@")
    if name not in names(store):
        held = names(store)
        hint = near(name, held) or (f"; it holds {', '.join(held)}" if held else ": `mmhub build RECIPE` makes one")
        raise VersionError(f"the store {str(store.root)!r} holds no dataset {name!r}{hint}")
    if not asked:
        version = newest(store, name)
        assert version is not None
        return version
    number = tags(store, name).get(asked, asked.removeprefix("v"))
    if number in (gone := withdrawn(store, name)):
        why = gone[number]["reason"]
        raise VersionError(f"{name}@{number} was withdrawn on {gone[number]['date'][:10]}: {why}")
    if number not in numbers(store, name):
        raise VersionError(
            f"{name!r} has no version {number!r}; it has {', '.join([*numbers(store, name), *tags(store, name)])}"
        )
    return _read(store, name, number)


def tags(store: Store, name: str) -> dict[str, str]:
    """Return the tags of ``name``, each with the number of the version it names."""
    paths = sorted(path for path in (store.tags / name).glob("*") if not path.name.startswith("."))
    return {path.name: path.read_text(encoding="utf-8").strip() for path in paths}


def commit(store: Store, name: str, manifest: dict[str, Any], *, number: str | None = None) -> Version:
    """Write ``manifest`` as the next version of ``name``, or as ``number``, and make it the newest; return it.

    Where an older version has the same identity, the manifest names it as ``same_as``. Raises StoreError where a
    file it refers to is not there, and VersionError for a number that is not greater than all before.
    """
    parent = newest(store, name)
    before = taken(store, name)
    check_number(name, number, before)
    number = number or following(parent, manifest, taken=before)
    whole = {
        "format": FORMAT,
        "name": name,
        "version": number,
        "parent": parent.number if parent else None,
        "same_as": _same(store, name, manifest["identity"]),
        **manifest,
    }
    whole["files"] = _files(store, Version(name, number, whole))
    write_text(store.versions / name / f"{number}.json", json.dumps(whole, indent=1) + "\n")
    write_text(store.refs / name, number + "\n")
    return Version(name, number, whole)


def lacking(store: Store, version: Version) -> list[str]:
    """Return the files of a version that are not in the store any more."""
    return [name for name in version.files if not (store.root / name).exists()]


def rewrite(store: Store, version: Version, media: dict[str, str | None]) -> None:
    """Write a manifest anew whose blocks of ``media`` have got other names, or have gone.

    What a version is does not change, but where it lies: only blocks that something was erased from are others.
    """
    named = (media.get(name, name) for name in version.manifest["media"])
    manifest = {**version.manifest, "media": sorted({name for name in named if name})}
    manifest["files"] = _files(store, Version(version.name, version.number, manifest))
    write_text(store.versions / version.name / f"{version.number}.json", json.dumps(manifest, indent=1) + "\n")


def withdraw(store: Store, version: Version, *, date: str, reason: str) -> None:
    """Put in the place of a manifest a note that the version was withdrawn, when and why."""
    note = {"format": FORMAT, "name": version.name, "version": version.number, "date": date, "reason": reason}
    folder = store.versions / version.name
    write_text(folder / f"{version.number}{_WITHDRAWN}", json.dumps(note, indent=1) + "\n")
    (folder / f"{version.number}.json").unlink(missing_ok=True)


def _files(store: Store, version: Version) -> dict[str, dict[str, Any]]:
    """Return sha256 and bytes of every file of a version; files of the store are named by their sha256."""
    found = {}
    for name in version.files:
        path = store.root / name
        try:
            found[name] = {"sha256": path.stem, "bytes": path.stat().st_size}
        except FileNotFoundError:
            raise StoreError(
                f"{str(path)!r} has gone from the store while a version was written: build again"
            ) from None
    return found


def _same(store: Store, name: str, identity: str) -> str | None:
    """Return the number of the first version that has an identity, or None."""
    several = (_read(store, name, number) for number in numbers(store, name))
    return next((version.number for version in several if version.identity == identity), None)


def check_number(name: str, number: str | None, before: list[str]) -> None:
    """Raise VersionError for a number that is no number, or not greater than all ``before``."""
    if number is None:
        return
    if not is_number(number):
        raise VersionError(f"{number!r} is no version number: three numbers are, such as 2.0.0")
    if before and parts_of(number) <= parts_of(before[-1]):
        raise VersionError(
            f"{name}@{number} cannot be the next version: numbers go up only, and {before[-1]} is taken; "
            f"name a greater one, or leave `--version` out"
        )


def following(parent: Version | None, manifest: dict[str, Any], *, taken: list[str]) -> str:
    """Return the number after all taken: a new major for another schema, a minor for other rows, else a patch."""
    if parent is None or not taken:
        return "1.0.0"
    major, minor, patch = parts_of(taken[-1])
    if manifest["schema"] != parent.manifest["schema"]:
        return f"{major + 1}.0.0"
    if manifest["rows"] != parent.manifest["rows"]:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def is_number(text: str) -> bool:
    """Whether a text is the number of a version, such as ``1.0.0``."""
    return _NUMBER.fullmatch(text) is not None


def parts_of(number: str) -> tuple[int, ...]:
    """Return the parts of a number, by which versions are in order."""
    return tuple(int(part) for part in number.split("."))


def _numbered(store: Store, name: str, suffix: str) -> list[str]:
    found = (path.name.removesuffix(suffix) for path in (store.versions / name).glob(f"*{suffix}"))
    return sorted((number for number in found if is_number(number)), key=parts_of)


def _read(store: Store, name: str, number: str) -> Version:
    path: Path = store.versions / name / f"{number}.json"
    try:
        return Version(name, number, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, json.JSONDecodeError) as error:
        raise VersionError(f"the manifest {str(path)!r} cannot be read: {error}") from error
