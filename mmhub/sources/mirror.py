"""What lies at an address as a folder of the store, so that a source reads it as it reads any folder.

Tables, annotations and archives are copied, each once for as long as it does not change. Of pictures, sounds and videos
there is but the name, in a file of that size without content: a source opens none, and rows that name one get its
address, which is downloaded like any other.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from mmhub.blocks import read_table
from mmhub.downloading.downloaded import download
from mmhub.downloading.failures import Failed
from mmhub.downloading.listing import Found, base_of, listed, place_around
from mmhub.downloading.records import Records
from mmhub.errors import SourceError
from mmhub.operators import Media, Options, Remote
from mmhub.places.elsewhere import address_in
from mmhub.places.kinds import kind_of
from mmhub.recipes.downloads import Downloads
from mmhub.store import Store, placed
from mmhub.units import Items, place_of_remote

_SCHEMA = pa.schema([("name", pa.large_string()), ("stamp", pa.string())])
_INDEX = ".index.arrow"
_WHOLE = b"whole"
_NO_TEXT = b"\xff"
"""What stands for a text that cannot be had: nothing that is UTF-8."""
_OTHERWISE = ("http", "https", "file")
"""Schemes of which a source says itself what to do."""
_UNBOUNDED = {"most_mb": 1e9, "most_seconds": 1e6}
"""How large and how slow what a recipe names itself may be."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Mirror:
    """The folder that stands for what lies at an address, with the stamp of each file.

    ``path`` is what a source is given in place of the address, ``lost`` says of files that could not be copied why.
    """

    address: str
    folder: Path
    path: Path
    stamps: Mapping[str, str]
    whole: bool
    lost: Mapping[str, str] = field(default_factory=dict)


def addresses(options: Options) -> dict[str, str]:
    """Return the addresses among the options of a source, by the names of the options."""
    given = {name: getattr(options, name) for name in type(options).model_fields}
    found = {name: address_in(value) for name, value in given.items() if isinstance(value, Path)}
    return {name: each for name, each in found.items() if each and each.partition(":")[0] not in _OTHERWISE}


def widened(downloads: Downloads, options: Options) -> Downloads:
    """Return how rows are downloaded that may name what lies where their source does; see `place_around`.

    Raises SourceError for an address that cannot be asked for.
    """
    try:
        places = [place_around(each) for each in addresses(options).values()]
    except Failed as failed:
        named = ", ".join(map(repr, addresses(options).values()))
        raise SourceError(f"{named} cannot be read: {failed.message}") from failed
    return downloads.model_copy(update={"allow_addresses": (*downloads.allow_addresses, *places)})


def mirrored(
    options: Options, downloads: Downloads, store: Store, *, fetch: bool, progress: Progress
) -> tuple[Options, list[Mirror]]:
    """Return the options of a source with folders of the store in place of addresses, and those folders.

    With ``fetch`` they become what lies at the addresses now, and else they are what they were. Raises SourceError
    where there is nothing, or nothing yet.
    """
    found = {
        name: _synced(address, downloads, store, progress) if fetch else _known(address, store)
        for name, address in addresses(options).items()
    }
    return options.model_copy(update={name: each.path for name, each in found.items()}), list(found.values())


def _root(address: str, store: Store) -> Path:
    return store.sources / f"mirror-{hashlib.sha256(address.encode()).hexdigest()[:16]}"


def _mirror(address: str, store: Store, stamps: Mapping[str, str], *, whole: bool) -> Mirror:
    base = address.rstrip("/") if whole else base_of(address)
    folder = _root(address, store) / (Path(base).name or "files")
    return Mirror(base, folder, folder / address.rstrip("/")[len(base) :].lstrip("/"), stamps, whole)


def _known(address: str, store: Store) -> Mirror:
    index = _root(address, store) / _INDEX
    if not index.exists():
        raise SourceError(
            f"what lies at {address!r} is not in the store yet, and a plan uses no network: the first build fetches "
            "it; `mmhub build RECIPE --limit 1` does little else"
        )
    table = read_table(index)
    stamps = dict(zip(table["name"].to_pylist(), table["stamp"].to_pylist(), strict=True))
    return _mirror(address, store, stamps, whole=_WHOLE in (table.schema.metadata or {}))


def _synced(address: str, downloads: Downloads, store: Store, progress: Progress) -> Mirror:
    root = _root(address, store)
    root.mkdir(parents=True, exist_ok=True)
    with _held(root.name, store):
        there = listed(address, downloads)
        before = _known(address, store).stamps if (root / _INDEX).exists() else {}
        made = _mirror(address, store, {name: each.stamp for name, each in there.files.items()}, whole=there.whole)
        _without(made.folder, [name for name, stamp in before.items() if made.stamps.get(name) != stamp])
        new = {name: each for name, each in there.files.items() if before.get(name) != each.stamp}
        lost = _filled(made, new, downloads, store, progress)
        # What is lost is not noted, so that the next build asks for it again.
        _note(root / _INDEX, {name: stamp for name, stamp in made.stamps.items() if name not in lost}, made.whole)
        return replace(made, lost=lost)


def _filled(
    made: Mirror, new: Mapping[str, Found], downloads: Downloads, store: Store, progress: Progress
) -> dict[str, str]:
    """Put new files into a mirror; return of those that cannot be had why. Raises SourceError where that is all."""
    for name, each in new.items():
        if is_stand_in(name):
            _stand_in(made.folder / name, each.size)
    own = [name for name in new if not is_stand_in(name)]
    lost = _copied(made, own, downloads, store, progress)
    if lost and (not made.whole or len(lost) == len(made.stamps)):
        name, why = next(iter(lost.items()))
        raise SourceError(f"'{made.address}/{name}' cannot be read: {why}")
    for name in lost:
        if kind_of(name) == "text":
            # So that its row is known to have a text, and is quarantined without it.
            (made.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (made.folder / name).write_bytes(_NO_TEXT)
    return lost


def is_stand_in(name: str) -> bool:
    """Whether a mirror holds of a file but its name, as no source opens it."""
    return kind_of(name) not in (None, "text")


def _stand_in(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)


def _copied(made: Mirror, names: list[str], downloads: Downloads, store: Store, progress: Progress) -> dict[str, str]:
    if not names:
        return {}
    options = downloads.model_copy(update=_UNBOUNDED)
    places = [place_of_remote(Remote(f"{made.address}/{name}", stamp=made.stamps[name])) for name in names]
    records = Records(store, options)
    # Whoever builds again has done something about it.
    records.blocks.without(records.failure_keys(places))
    count = len(names)
    items = Items(
        rows=np.arange(count),
        keys=np.zeros((count, 32), np.uint8),
        known=np.zeros(count, bool),
        paths=pa.array(places, pa.large_string()),
    )
    download({"": items}, store, options, progress=progress)
    for item, name in enumerate(names):
        if item not in items.faults:
            value = items.value(item)
            assert isinstance(value, Media)
            _put(value, made.folder / name)
    return {names[item]: f"{fault.message} ({fault.reason})" for item, fault in sorted(items.faults.items())}


def _put(media: Media, path: Path) -> None:
    """Put what was downloaded to its place: a part of a file as a copy, a whole one as another name of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if media.length is not None:
        path.write_bytes(media.read())
        return
    assert media.path is not None
    try:
        os.link(media.path, path)
    except OSError:
        # Not every file system knows files of two names.
        shutil.copyfile(media.path, path)


def _without(folder: Path, names: list[str]) -> None:
    for name in names:
        (folder / name).unlink(missing_ok=True)
        with suppress(OSError):
            (folder / name).parent.rmdir()


def _note(index: Path, stamps: Mapping[str, str], whole: bool) -> None:
    schema = _SCHEMA.with_metadata({_WHOLE: b""} if whole else None)
    with placed(index) as draft, pa.OSFile(str(draft), "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
        writer.write_table(pa.table([list(stamps), list(stamps.values())], schema=schema))


@contextmanager
def _held(name: str, store: Store) -> Iterator[None]:
    """Let one build at a time change a mirror."""
    with (store.locks / name).open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
