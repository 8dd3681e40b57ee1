"""Names for versions, such as ``best``, and the way back to an older one."""

import re
from typing import Any

import numpy as np

from mmhub.errors import VersionError
from mmhub.revoked import meant
from mmhub.store import Store, write_text
from mmhub.tables import Tables
from mmhub.takedown.rewriting import revoked, rewritten
from mmhub.tombstones import tombstones
from mmhub.version import Version, commit, find, is_number, newest, tags

_TAG = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,95}")
_OWN = ("format", "name", "version", "parent", "same_as", "files", "change")


def tag(store: Store, wanted: str, name: str, *, move: bool = False) -> Version:
    """Name a version, so that ``coco@best`` means it; return the version.

    Raises VersionError for a name that looks like a number, or that names another version unless it may ``move``.
    """
    version = find(store, wanted)
    if not _TAG.fullmatch(name) or is_number(name.removeprefix("v")):
        raise VersionError(
            f"{name!r} cannot name a version: a name begins with a letter, has letters, digits, '.', '_' and '-', "
            "and is no version number"
        )
    before = tags(store, version.name).get(name)
    if before not in (None, version.number) and not move:
        raise VersionError(f"{version.name}@{name} is {version.name}@{before}: move it with `--move`")
    write_text(store.tags / version.name / name, version.number + "\n")
    return version


def untag(store: Store, dataset: str, name: str) -> None:
    """Take a name away; raise VersionError where no version has it."""
    known = tags(store, find(store, dataset.partition("@")[0]).name)
    if name not in known:
        raise VersionError(f"no version of {dataset!r} is called {name!r}; it has {', '.join(known) or 'no names'}")
    (store.tags / dataset.partition("@")[0] / name).unlink()


def rollback(store: Store, wanted: str) -> tuple[Version, bool]:
    """Make the content of an older version the newest again, under a new number; return it, and whether it is new.

    Rows that were revoked since stay out of it. Raises VersionError where there is no such version.
    """
    name = find(store, wanted).name
    with store.held(name):
        version = find(store, wanted)
        current = newest(store, name)
        tables = Tables.of(version, store)
        stands = np.zeros(len(tables.units), bool)
        stands[tables.places] = True
        gone = meant(tables.seen(), tombstones(store, name), "revoked", "withheld", "purged") & stands
        change: dict[str, Any] = {"kind": "rollback", "to": version.number}
        if gone.any():
            change["revoked"] = int(gone.sum())
            return rewritten(version, tables, revoked(tables, gone), store, change), True
        if current is not None and current.identity == version.identity:
            return current, False
        manifest = {key: value for key, value in version.manifest.items() if key not in _OWN}
        return commit(store, name, {**manifest, "change": change}), True
