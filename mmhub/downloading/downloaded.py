"""URLs among the values of units: looked up where they were had before, downloaded, and replaced by files."""

from collections.abc import Callable, Collection, Iterator, Mapping
from time import monotonic

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.downloading.keeping import Keeper
from mmhub.downloading.records import Record, Records
from mmhub.downloading.robots import forbidden_by
from mmhub.faults import Fault
from mmhub.recipes.downloads import Downloads
from mmhub.store import Store
from mmhub.units import REMOTE, Items, place_of

_AT_ONCE = 1 << 17
"""URLs looked up and downloaded at a time, so that the memory it takes does not grow with them."""
_FLUSH_SECONDS = 5.0
"""How often it is written down what came: so much is asked for again after a build was killed."""

Progress = Callable[[int, int], None]
"""Told how many URLs are done, and of how many."""


def look_up_urls(
    fields: Mapping[str, Items], store: Store, options: Downloads, *, purged: Collection[bytes] = ()
) -> int:
    """Put the files of URLs that were had before in their place; return how many values are still to be had.

    Of what has a sha256 among ``purged`` there is no file, and that it has it is all that is to be known.
    """
    records = Records(store, options)
    return sum(_settled(items, records, store, options, frozenset(purged)) for items in fields.values())


def download(
    fields: Mapping[str, Items],
    store: Store,
    options: Downloads,
    *,
    purged: Collection[bytes] = (),
    progress: Progress = lambda done, total: None,
) -> None:
    """Download what `look_up_urls` has left; a value whose URL cannot be had gets a fault instead of a file.

    What has a sha256 among ``purged`` is not kept.
    """
    total, done = look_up_urls(fields, store, options, purged=purged), 0
    if not total:
        return
    from mmhub.downloading.fetching import fetched

    records, keeper = Records(store, options), Keeper(store)
    for items in fields.values():
        for urls in _lacking(items, store, records, frozenset(purged)):
            waiting: list[tuple[str, Record]] = []
            due = monotonic() + _FLUSH_SECONDS
            try:
                for found in fetched(urls, store, options, keeper=keeper, purged=purged):
                    done += 1
                    progress(done, total)
                    waiting.append(found)
                    if monotonic() > due:
                        _write_down(waiting, records, keeper)
                        waiting, due = [], monotonic() + _FLUSH_SECONDS
            finally:
                _write_down(waiting, records, keeper)
        _settled(items, records, store, options, frozenset(purged))


def _write_down(found: list[tuple[str, Record]], records: Records, keeper: Keeper) -> None:
    keeper.seal()
    records.add(found)


def remote_items(items: Items) -> np.ndarray:
    """Return the places of the values that are URLs, int64."""
    if items.paths is None:
        return np.empty(0, dtype=np.int64)
    hits = pc.match_substring_regex(items.paths, REMOTE, ignore_case=True)
    return np.flatnonzero(np.asarray(pc.fill_null(hits, False)))


def _runs(items: Items) -> Iterator[tuple[np.ndarray, list[str]]]:
    """Yield the places of URLs, and the URLs, so many at a time."""
    assert items.paths is not None
    places = remote_items(items)
    for start in range(0, len(places), _AT_ONCE):
        some = places[start : start + _AT_ONCE]
        yield some, items.paths.take(pa.array(some)).to_pylist()


def _lacking(items: Items, store: Store, records: Records, purged: frozenset[bytes]) -> Iterator[list[str]]:
    """Yield the URLs that have still to be had, each once."""
    if items.paths is None:
        return
    for _, urls in _runs(items):
        distinct = list(dict.fromkeys(urls))
        yield [
            url
            for url, record in zip(distinct, records.known(distinct), strict=True)
            if record is None or not (record.reason or _is_there(record, store, purged))
        ]


def _settled(items: Items, records: Records, store: Store, options: Downloads, purged: frozenset[bytes]) -> int:
    """Fill in what is known of the URLs of a field, and return how many values are still to be had."""
    if items.paths is None:
        return 0
    lacking = 0
    mask, places = np.zeros(len(items), bool), []
    for some, urls in _runs(items):
        for item, record in zip(some.tolist(), records.known(urls), strict=True):
            if record is None or not (record.reason or _is_there(record, store, purged)):
                lacking += 1
                continue
            fault = _fault(record, items.expected.get(item), options)
            if fault is not None:
                items.faults[item] = fault
            elif record.sha256 is not None:
                items.keys[item] = np.frombuffer(record.sha256, dtype=np.uint8)
                items.known[item] = True
                if (media := record.media(store)) is not None:
                    mask[item] = True
                    places.append(place_of(media))
    if places:
        items.paths = pc.replace_with_mask(items.paths, pa.array(mask), pa.array(places, items.paths.type))
    return lacking


def _is_there(record: Record, store: Store, purged: frozenset[bytes]) -> bool:
    return record.sha256 in purged or record.media(store) is not None


def _fault(record: Record, expected: bytes | None, options: Downloads) -> Fault | None:
    """Return why a URL has no value, by what is known of it; None where it has one."""
    if record.sha256 is None:
        return Fault(record.reason, record.message)
    if expected is not None and record.sha256 != expected:
        return Fault("wrong-hash", f"expected the sha256 {expected.hex()}, found {record.sha256.hex()}")
    if directive := forbidden_by(record.robots, options.disallowed, options.user_agent):
        return Fault("disallowed", f"its server forbids the use: X-Robots-Tag {directive!r}")
    if record.size > options.most_bytes:
        return Fault("too-large", f"{record.size:,} bytes, and `most_mb` allows {options.most_mb:g} million")
    return None
