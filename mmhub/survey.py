"""What a source holds, what is known of it, and what is still to be measured."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import pyarrow as pa

from mmhub.downloading.downloaded import download, look_up_urls
from mmhub.facts import Facts, look_up
from mmhub.measuring.pace import Tally
from mmhub.operators import Planted
from mmhub.plan import Plan, plan
from mmhub.request import Ready
from mmhub.segmenting.segment import cut
from mmhub.sources.addressed import addressed
from mmhub.sources.materialise import materialised, options_key
from mmhub.sources.mirror import mirrored
from mmhub.sources.read import read
from mmhub.sources.stamps import recall, remember
from mmhub.store import Store
from mmhub.tombstones import tombstones
from mmhub.units import Units
from mmhub.withholding import withhold
from mmhub.workers.jobs import Limits

Stage = Literal["prepare", "source", "download", "segment", "measure", "decide", "assemble"]
Listener = Callable[[Stage, int, int | None, Tally | None], None]
"""Told the stage, how far it is, of how many (None while unknown), and what measuring has done so far."""


@dataclass
class Survey:
    """What the source holds, what is known of it, and what is still to be measured.

    ``parents`` holds, by the id of a row that was cut, the number of its segments, and ``digests`` by field the sha256
    of the values that were cut; ``spans``, by the id of a segment, where it lay; ``cut_keys``, by the id of a row that
    was cut or could not be, under what that is known; ``withheld`` the ids of rows that were
    purged before, whose values nobody looks at; ``remarks`` what the source says of itself.
    """

    units: Units
    facts: Facts
    plan: Plan
    index: Path
    planted: list[Planted] = field(default_factory=list)
    parents: dict[str, int] = field(default_factory=dict)
    digests: dict[str, dict[str, str]] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    cut_keys: dict[str, bytes] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    remarks: list[str] = field(default_factory=list)


def survey(ready: Ready, store: Store, listener: Listener, *, downloads: bool = False, cuts: bool = True) -> Survey:
    """Return what the source holds and what is to be measured of it; no media is opened but to be cut.

    What is behind URLs is downloaded where ``downloads`` says so, and else looked up where it was before. Without
    ``cuts`` rows stay whole.
    """
    segment = ready.bindings.segment
    options, mirrors = mirrored(
        ready.options,
        ready.recipe.source.downloads,
        store,
        fetch=downloads,
        progress=lambda done, total: listener("download", done, total, None),
    )
    folder = materialised(ready.source, options, store, starts=lambda: listener("prepare", 0, None, None))
    texts = frozenset(name for name, modality in ready.bindings.modalities.items() if modality.decode is None)
    units = read(
        addressed(ready.source.rows(options, folder), mirrors) if mirrors else ready.source.rows(options, folder),
        ready.bindings.columns,
        texts=texts,
        filled=frozenset(segment.filled) if segment else frozenset(),
        spread=frozenset(segment.spread) if segment else frozenset(),
        splits=ready.request.splits,
        limit=ready.request.limit,
        on_duplicate_id=ready.request.on_duplicate_id,
        spool=store.root if store.root.is_dir() else None,
        progress=lambda count: listener("source", count, None, None),
    )
    listener("source", len(units), len(units), None)
    remarks = units.remarks
    buried = tombstones(store, ready.recipe.name)
    purged = frozenset(bytes.fromhex(each) for each in buried.of("content", "withheld", "purged"))
    if downloads:
        download(
            units.items,
            store,
            ready.recipe.source.downloads,
            purged=purged,
            progress=lambda done, total: listener("download", done, total, None),
        )
    else:
        look_up_urls(units.items, store, ready.recipe.source.downloads, purged=purged)
    index = store.sources / f"{ready.source.name}-{options_key(ready.source, options)}.stamps"
    recall(index, units.items.values())
    workers = ready.request.workers or os.cpu_count() or 1
    gone = withhold(units, buried, threads=workers)
    withheld = frozenset(units.ids.filter(pa.array(gone)).to_pylist())
    whole = cut(
        ready.bindings if cuts else replace(ready.bindings, segment=None),
        units,
        store,
        workers=workers,
        limits=ready.request.limits or Limits(),
        progress=lambda done, total: listener("segment", done, total, None),
    )
    if whole.parents:
        remember(index, units.items.values())
    units = whole.units
    facts = look_up(ready.bindings, units, store)
    planted = list(ready.source.planted(options, folder)) if ready.source.planted else []
    return Survey(
        units,
        facts,
        plan(ready.bindings, units, facts),
        index,
        planted,
        whole.parents,
        whole.digests,
        whole.spans,
        whole.keys,
        withheld,
        remarks,
    )
