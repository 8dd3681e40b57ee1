"""The card of a published dataset: what `datasets` and the Hub read of it, before what people read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from mmhub.exporting.card_body import body
from mmhub.exporting.evidence import Picture
from mmhub.exporting.licences import on_the_hub
from mmhub.exporting.rows import Rows
from mmhub.exporting.sizes import Sizes
from mmhub.loading import ledger_table

if TYPE_CHECKING:
    from datasets import Features

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_MORE = ((10**7, "1M<n<10M"), (10**8, "10M<n<100M"), (10**9, "100M<n<1B"), (10**10, "1B<n<10B"))
_TAGS = ("text", "image", "audio", "video")


@dataclass(frozen=True)
class Published:
    """Where a version is published: the repository, nothing for a folder, and the licences of models by name."""

    repo: str = ""
    licences: Mapping[str, str] = field(default_factory=dict)


def card(rows: Rows, ledger: "Features", sizes: Sizes, published: Published, pictures: Mapping[str, Picture]) -> str:
    """Return the text of ``README.md``."""
    from datasets.info import DatasetInfosDict
    from datasets.utils.metadata import MetadataConfigs
    from huggingface_hub import DatasetCardData

    data = DatasetCardData(
        pretty_name=rows.version.name,
        language=languages(rows) or None,
        size_categories=[size_category(sum(rows.counts.values()))],
        tags=[*modalities(rows), "mmhub"],
    )
    for key, value in on_the_hub(rows.version.manifest["about"]["licence"]).items():
        data[key] = value
    infos = {"default": sizes.info("default", rows.features), "ledger": sizes.info("ledger", ledger)}
    DatasetInfosDict(infos).to_dataset_card_data(data)
    splits = [{"split": split, "path": f"data/{split}-*"} for split in rows.counts]
    MetadataConfigs(
        {
            "default": {"data_files": splits, "default": True},
            "ledger": {"data_files": [{"split": "train", "path": "ledger/ledger-*"}]},
        }
    ).to_dataset_card_data(data)
    words = body(rows, published.repo, published.licences, pictures, modalities(rows), languages(rows))
    return f"---\n{data.to_yaml()}\n---\n\n{words}"


def size_category(count: int) -> str:
    """Return how the Hub calls a number of rows, such as ``10K<n<100K``."""
    return next((name for limit, name in (*_SIZES, *_MORE) if count < limit), "10B<n<100B")


def modalities(rows: Rows) -> list[str]:
    """Return the modalities of a version that the Hub knows."""
    held = {str(about["modality"]) for about in rows.version.manifest["recipe"]["fields"].values()}
    return [name for name in _TAGS if name in held]


def languages(rows: Rows) -> list[str]:
    """Return the languages that a step has found in at least one of a hundred kept values, the most frequent first."""
    ledger = ledger_table(rows.version, rows.store)
    kept = ledger.filter(pc.equal(ledger["fate"], "kept"))
    found: dict[str, float] = {}
    for name in (each for each in ledger.column_names if each.endswith(".language")):
        values = kept[name].combine_chunks()
        values = (pc.list_flatten(values) if hasattr(values, "offsets") else values).drop_null().to_pylist()
        for label, number in zip(*np.unique(values, return_counts=True), strict=True) if values else ():
            found[str(label)] = max(found.get(str(label), 0.0), int(number) / len(values))
    codes = [code for code, share in found.items() if share >= 0.01 and code.isalpha() and 2 <= len(code) <= 3]
    return sorted(codes, key=lambda code: (-found[code], code))
