"""Rows revoked from a dataset: out of its newest version, and of every later one."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.blocks import as_keys
from mmhub.errors import VersionError
from mmhub.revoked import Seen, known_by, meant
from mmhub.store import Store
from mmhub.tables import SEGMENTED, Tables, flat
from mmhub.takedown.rewriting import revoked, rewritten
from mmhub.tombstones import Kind, Tombstone, Tombstones, bury, hashed, is_url, tombstones
from mmhub.version import Version, find

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Revoked:
    """What revoking came to: the newest version, how many rows left it, and the ids that nothing is known by.

    ``version`` is the one there was before where no row left it.
    """

    version: Version
    rows: int
    unknown: list[str]
    already: list[str]


@dataclass(frozen=True)
class Resolved:
    """What ids mean: the hashes that tombstones hold of them, and those that mean nothing, or were revoked before."""

    known: list[tuple[Kind, str]]
    unknown: list[str]
    already: list[str]


def revoke(store: Store, name: str, ids: Iterable[str], *, reason: str, date: str) -> Revoked:
    """Take rows out of the newest version of ``name``, and keep them out of every later one; measure nothing.

    ``ids`` are row ids, sha256 of contents, or URLs that a plain column holds. Rows that hold the same media go with
    them. Raises VersionError where none of the ids is known.
    """
    with store.held(name):
        version = find(store, name)
        tables = Tables.of(version, store)
        seen, before = tables.seen(), tombstones(store, name)
        means = resolved(tables, seen, before, ids)
        check_known(version, means)
        new = stones(seen, means.known, how="revoked", reason=reason, date=date)
        stands = np.zeros(len(seen), bool)
        stands[tables.places] = True
        gone = meant(seen, Tombstones(tuple(new)), "revoked") & stands
        bury(store, name, new)
        if gone.any():
            change = {"kind": "revoke", "rows": int(gone.sum()), "reason": reason}
            version = rewritten(version, tables, revoked(tables, gone), store, change)
        return Revoked(version, int(gone.sum()), means.unknown, means.already)


def resolved(tables: Tables, seen: Seen, before: Tombstones, ids: Iterable[str]) -> Resolved:
    """Return what ``ids`` mean among the units of some tables."""
    wanted = list(dict.fromkeys(each.strip() for each in ids if each.strip()))
    rows = {*seen.ids, *seen.parents} & set(wanted)
    contents = _contents(seen, [each for each in wanted if _SHA256.fullmatch(each)])
    urls = _urls(seen, {each for each in wanted if is_url(each)})
    cut = _parents_by_content(tables)
    buried = {each.sha256 for each in before.all}
    known: list[tuple[Kind, str]] = []
    unknown, already = [], []
    for given in wanted:
        if given in rows:
            known.append(("row", hashed(given)))
        elif given in urls:
            known.append(("url", hashed(given)))
        elif given in contents:
            known.append(("content", given))
        elif given in cut:
            known += [("row", hashed(row)) for row in cut[given]]
        elif hashed(given) in buried or given in buried:
            already.append(given)
        else:
            unknown.append(given)
    return Resolved(known, unknown, already)


def _contents(seen: Seen, wanted: list[str]) -> set[str]:
    """Return which of some sha256 are those of values."""
    keys = pa.array([bytes.fromhex(each) for each in wanted], pa.binary(32))
    there = np.zeros(len(wanted), bool)
    for _, held in (*seen.read.values(), *seen.published.values()) if wanted else ():
        there |= np.asarray(pc.is_in(keys, value_set=as_keys(held)), dtype=bool)
    return {each for each, found in zip(wanted, there.tolist(), strict=True) if found}


def _urls(seen: Seen, wanted: set[str]) -> set[str]:
    """Return which of some URLs plain columns hold."""
    return {each for _, values in seen.plain.values() for each in values if each in wanted} if wanted else set()


def check_known(version: Version, means: Resolved) -> None:
    """Raise VersionError where none of the ids means anything."""
    if not means.known and not means.already:
        some = ", ".join(repr(each) for each in means.unknown[:3]) or "an empty list"
        raise VersionError(
            f"{str(version)!r} knows nothing by {some}: name rows by row id, by the sha256 of a value, "
            "or by a URL in a plain column"
        )


def stones(seen: Seen, known: Sequence[tuple[Kind, str]], *, how: Any, reason: str, date: str) -> list[Tombstone]:
    """Return tombstones for what is ``known`` of rows, and for what these rows hold."""
    first = [Tombstone(kind, sha256, how, reason, date) for kind, sha256 in known]
    units = np.flatnonzero(meant(seen, Tombstones(tuple(first)), how))
    more = [Tombstone(kind, sha256, how, reason, date) for kind, sha256 in known_by(seen, units)]
    return list({(each.kind, each.sha256): each for each in (*first, *more)}.values())


def _parents_by_content(tables: Tables) -> dict[str, list[str]]:
    """Return the rows that were cut by the sha256 of the value that was."""
    cut = tables.ledger.filter(pc.equal(tables.ledger["fate"], SEGMENTED))
    found: dict[str, list[str]] = {}
    for name in cut.column_names if len(cut) else ():
        if name.endswith(".sha256"):
            rows, values = flat(cut[name])
            for row, value in zip(rows.tolist(), values.to_pylist(), strict=True):
                found.setdefault(value, []).append(cut["row_id"][row].as_py())
    return found
