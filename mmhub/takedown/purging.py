"""What a legal takedown takes out of a store: which rows, of which versions, and every value they alone hold."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import permutations, product

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.facts import joint_key
from mmhub.ledger import CUT_KEY
from mmhub.revoked import Seen, meant
from mmhub.store import Store
from mmhub.tables import SEGMENTED, Tables, flat
from mmhub.takedown.revoking import Resolved, check_known, resolved, stones
from mmhub.tombstones import Kind, Tombstone, Tombstones, hashed, tombstones
from mmhub.version import Version, find, names, newest, numbers


@dataclass(frozen=True)
class Holder:
    """A version that holds rows to be purged, bool[units]; of the newest one of a dataset another is made."""

    version: Version
    tables: Tables
    seen: Seen
    gone: np.ndarray
    newest: bool

    @property
    def rows(self) -> set[str]:
        """The ids of the rows that go, not of their segments."""
        return {self.seen.row_of(self.seen.ids[unit]) for unit in np.flatnonzero(self.gone).tolist()}

    @property
    def repeating(self) -> np.ndarray:
        """The units that were dropped because they repeat one that goes, bool."""
        said = pa.array([f"repeats {self.seen.ids[unit]}" for unit in np.flatnonzero(self.gone).tolist()], pa.string())
        alike = np.asarray(pc.is_in(self.tables.units["message"], value_set=said), dtype=bool)
        return np.asarray(alike & ~self.gone)


@dataclass(frozen=True)
class Purge:
    """What a purge is about: the versions that hold the rows, and the keys of all that goes with them.

    ``stones`` holds the tombstones of each dataset.
    """

    name: str
    means: Resolved
    holders: list[Holder]
    keys: np.ndarray
    stones: dict[str, list[Tombstone]]

    @property
    def rows(self) -> int:
        """How many rows go, counted once in each dataset."""
        return len({(each.version.name, row) for each in self.holders for row in each.rows})


def purge(store: Store, name: str, ids: Iterable[str], *, reason: str, date: str) -> Purge:
    """Return what purging rows of ``name`` means for the whole store; nothing is changed.

    Raises VersionError where none of the ids is known.
    """
    version = find(store, name)
    whole = list(_versions(store))
    own = [each for each in whole if each.version.name == name]
    means = _meaning(own, tombstones(store, name), list(ids))
    check_known(version, means)
    first: dict[tuple[str, str], Tombstone] = {}
    for each in own:
        made = stones(each.seen, means.known, how="purged", reason=reason, date=date)
        first.update({(stone.kind, stone.sha256): stone for stone in made})
    holders = _holders(name, whole, Tombstones(tuple(first.values())))
    keys = {key for each in holders for key in _keys(each)}
    alike = [stone for stone in first.values() if stone.kind in ("content", "texts")]
    buried = {each.version.name: [*alike, *_rows(each, reason, date)] for each in holders if each.newest}
    buried[name] = [*first.values(), *buried.get(name, [])]
    for each in holders:
        if each.newest:
            buried[each.version.name] += _echoes(each, reason, date)
    rest = sorted(keys - _staying(whole, holders))
    digests = np.frombuffer(b"".join(rest), dtype=np.uint8).reshape(-1, 32)
    return Purge(name, means, holders, digests, buried)


def _versions(store: Store) -> Iterator[Holder]:
    """Yield every version of the store, as one that holds nothing to be purged."""
    for name in names(store):
        current = newest(store, name)
        for number in numbers(store, name):
            version = find(store, f"{name}@{number}")
            tables = Tables.of(version, store)
            seen = tables.seen()
            latest = current is not None and current.number == number
            yield Holder(version, tables, seen, np.zeros(len(seen), bool), latest)


def _meaning(own: list[Holder], before: Tombstones, ids: list[str]) -> Resolved:
    """Return what ids mean in any version of a dataset; a segment means the row it was cut from."""
    known: dict[tuple[Kind, str], None] = {}
    left = {each.strip() for each in ids if each.strip()}
    already: set[str] = set()
    for each in own:
        rows = [each.seen.row_of(given) if given in set(each.seen.ids) else given for given in sorted(left | already)]
        answer = resolved(each.tables, each.seen, before, rows)
        known.update(dict.fromkeys(answer.known))
        unheard = {*answer.unknown, *answer.already}
        already |= set(answer.already)
        left = {given for given, row in zip(sorted(left | already), rows, strict=False) if row in unheard} - already
    return Resolved(list(known), sorted(left), sorted(already))


def _holders(name: str, whole: list[Holder], buried: Tombstones) -> list[Holder]:
    """Return the versions of which any unit is meant: by its content in every dataset, by all else in its own."""
    content = Tombstones(tuple(each for each in buried.all if each.kind in ("content", "texts")))
    found = []
    for each in whole:
        gone = meant(each.seen, buried if each.version.name == name else content, "purged")
        if gone.any():
            found.append(replace(each, gone=_with_siblings(each.seen, gone)))
    return found


def _with_siblings(seen: Seen, gone: np.ndarray) -> np.ndarray:
    """Return units with all other segments of their rows: what a row was cut from holds all of them."""
    if not seen.parents:
        return gone
    rows = {seen.row_of(seen.ids[unit]) for unit in np.flatnonzero(gone).tolist()}
    return np.array([seen.row_of(each) in rows for each in seen.ids], dtype=bool)


def _keys(holder: Holder) -> Iterator[bytes]:
    """Yield the keys of all that is known of the units that go: of values, of pairs of values, of what was cut."""
    of_unit: dict[int, dict[str, list[bytes]]] = {}
    for name, (units, keys) in holder.seen.read.items():
        for place in np.flatnonzero(holder.gone[units]).tolist():
            of_unit.setdefault(int(units[place]), {}).setdefault(name, []).append(keys[place].tobytes())
    for held in of_unit.values():
        yield from (key for keys in held.values() for key in keys)
        yield from _joint_keys(list(held.values()), _most_joined(holder.version))
    for units, keys in holder.seen.published.values():
        yield from (keys[place].tobytes() for place in np.flatnonzero(holder.gone[units]).tolist())
    ledger = holder.tables.ledger
    cut = ledger.filter(pc.equal(ledger["fate"], SEGMENTED))
    mine = cut.filter(pc.is_in(cut["row_id"], value_set=pa.array(sorted(holder.rows), pa.string())))
    for name in mine.column_names:
        if name.endswith(".sha256"):
            yield from (bytes.fromhex(each) for each in flat(mine[name])[1].to_pylist())
    if CUT_KEY in mine.column_names:
        yield from (bytes.fromhex(each) for each in mine[CUT_KEY].to_pylist())


def _most_joined(version: Version) -> int:
    """Return how many values the facts of any step depend on together."""
    recipe = version.manifest["recipe"]
    steps = [*recipe["steps"], *([recipe["segment"]] if recipe["segment"] else [])]
    return max((len(step["fields"]) + len(step.get("beside", ())) for step in steps), default=1)


def _joint_keys(held: list[list[bytes]], most: int) -> Iterator[bytes]:
    """Yield every key that facts about up to so many of a unit's values may have; beside two, any may be absent."""
    fields = [*held, *[[b""]] * max(0, most - 2)]
    for size in range(2, most + 1):
        for several in permutations(fields, size):
            yield from (joint_key(keys) for keys in product(*several) if keys[0])


def _staying(whole: list[Holder], holders: list[Holder]) -> set[bytes]:
    """Return the keys of values that rows hold which stay: a caption may be that of other rows too."""
    gone = {str(each.version): each for each in holders}
    found: set[bytes] = set()
    for each in whole:
        holder = gone.get(str(each.version))
        if holder is None or holder.newest:
            stays = ~(holder.gone | holder.repeating) if holder else np.ones(len(each.seen), bool)
            for units, keys in (*each.seen.read.values(), *each.seen.published.values()):
                found.update(keys[place].tobytes() for place in np.flatnonzero(stays[units]).tolist())
    return found


def _rows(holder: Holder, reason: str, date: str) -> list[Tombstone]:
    return [Tombstone("row", hashed(row), "purged", reason, date) for row in sorted(holder.rows)]


def _echoes(holder: Holder, reason: str, date: str) -> list[Tombstone]:
    """Return tombstones for rows that were dropped as repeating one that goes: they shall not take its place."""
    rows = {holder.seen.row_of(holder.seen.ids[unit]) for unit in np.flatnonzero(holder.repeating).tolist()}
    return [Tombstone("row", hashed(row), "withheld", reason, date) for row in sorted(rows)]
