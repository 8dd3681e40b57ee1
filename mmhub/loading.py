"""Versions of the store as `datasets` objects: media by reference, not by copy."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from mmhub.assemble import is_key
from mmhub.blocks import ABSENT, Blocks, as_digests, read_table
from mmhub.errors import HubError
from mmhub.media import MEDIA
from mmhub.notebooks import ledger_html, version_html
from mmhub.store import Store
from mmhub.version import Version, find

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict, Features


def load(wanted: str, *, store: Path | str | None = None) -> "DatasetDict":
    """Return the dataset ``name`` or ``name@1.0.0`` from the store, one `Dataset` per split.

    Media are mapped from the store's blocks as they are asked for. A name with a slash, ``owner/name@1.0.0``, is one
    of the Hub: exactly that version comes from the cache of this machine, where it is not yet from the Hub, and is
    checked against its hashes. Raises VersionError or HubError where there is none.
    """
    from datasets import DatasetDict

    if "/" in wanted:
        return _published(wanted)
    place = Store.at(store)
    version = find(place, wanted)
    loaded = DatasetDict({split: _split(version, split, place) for split in version.manifest["splits"]})
    return _shown(loaded, str(version), version.manifest)


def load_ledger(wanted: str, *, store: Path | str | None = None) -> "Dataset":
    """Return the ledger of a version: the fate of every unit that was read, and every fact known of it.

    ``wanted`` is as for `load`.
    """
    from datasets import Dataset

    if "/" in wanted:
        return _published(wanted, "ledger")["train"]
    place = Store.at(store)
    version = find(place, wanted)
    ledger = Dataset(ledger_table(version, place))
    # Notebooks ask an object itself; what is made of it by `map` or `select` is no ledger, and has its own words.
    ledger._repr_html_ = partial(ledger_html, str(version), version.counts, len(ledger.column_names))
    return ledger


def _published(wanted: str, config: str = "default") -> "DatasetDict":
    """Return a configuration of a version on the Hub, with as many rows as its manifest says."""
    from datasets import load_dataset

    from mmhub.hub.snapshots import snapshot

    folder, manifest = snapshot(wanted)
    # From the folder: with `revision=` another version may be returned where the Hub cannot be reached.
    loaded: DatasetDict = load_dataset(str(folder), config)
    if config == "default":
        counts = {split: about["rows"] for split, about in manifest["splits"].items()}
        if (found := {split: len(rows) for split, rows in loaded.items()}) != counts:
            raise HubError(f"{wanted!r} should have the rows {counts}, and has {found}: clear the cache of `datasets`")
        return _shown(loaded, wanted, manifest)
    return loaded


def _shown(loaded: "DatasetDict", name: str, manifest: Mapping[str, Any]) -> "DatasetDict":
    """Return a dataset that notebooks show with its funnel; what is made of it is shown as `datasets` does."""
    splits = {split: about["rows"] for split, about in manifest["splits"].items()}
    loaded._repr_html_ = partial(version_html, name, manifest["about"]["summary"], manifest["counts"], splits)
    return loaded


def ledger_table(version: Version, store: Store) -> pa.Table:
    """Return the ledger of a version as an Arrow table."""
    return pa.concat_tables([read_table(store.objects / name) for name in version.manifest["ledger"]])


def _split(version: Version, split: str, store: Store) -> "Dataset":
    from datasets import Features, concatenate_datasets

    features = Features.from_dict(version.manifest["schema"])
    files = version.manifest["splits"][split]["columns"]
    table = pa.concat_tables([read_table(store.objects / name) for name in files])
    keyed = [name for name in table.column_names if is_key(table.schema.field(name).type)]
    parts = [_typed(table.drop_columns(keyed).replace_schema_metadata(None), features)]
    blocks = blocks_of(version, store)
    parts += [_media(table[name], name, blocks, features) for name in keyed]
    return concatenate_datasets(parts, axis=1).select_columns(list(features))


def _typed(table: pa.Table, features: "Features") -> "Dataset":
    """Return a table as a dataset of the given features, without a copy."""
    from datasets import Dataset, DatasetInfo, Features

    return Dataset(table, info=DatasetInfo(features=Features({name: features[name] for name in table.column_names})))


def blocks_of(version: Version, store: Store) -> Blocks:
    """Return the blocks that hold the media of a version, and no others."""
    blocks = Blocks(store.media)
    blocks.__dict__["names"] = list(version.manifest["media"])
    return blocks


def _media(keys: pa.ChunkedArray, name: str, blocks: Blocks, features: "Features") -> "Dataset":
    """Return one column of media by reference to the rows of ``blocks`` that hold them."""
    if pa.types.is_list(keys.type):
        whole = keys.combine_chunks()
        taken = blocks.take(positions_of(whole.flatten(), blocks), ["media"])["media"].combine_chunks()
        column = pa.ListArray.from_arrays(whole.offsets, taken, mask=whole.is_null())
        return _typed(pa.table({name: column}), features)
    # One row more than the blocks have stands for every value that is absent.
    media = blocks.table["media"] if blocks.names else pa.chunked_array([], MEDIA)
    whole = pa.chunked_array([*media.chunks, pa.nulls(1, MEDIA)], MEDIA)
    positions = positions_of(keys, blocks)
    positions[positions == ABSENT] = len(media)
    return _typed(pa.table({name: whole}), features).select(positions)


def positions_of(keys: pa.Array | pa.ChunkedArray, blocks: Blocks) -> np.ndarray:
    """Return the row of each key in ``blocks``, -1 for an absent one."""
    whole = keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys
    positions = blocks.positions(as_digests(whole))
    positions[np.asarray(whole.is_null())] = ABSENT
    return positions
