"""The card of an exported dataset: what `datasets` reads to find its splits, and a few words for people."""

from typing import TYPE_CHECKING

from mmhub.exporting.rows import Rows, about_vectors

if TYPE_CHECKING:
    from datasets import Features


def card(rows: Rows, ledger: "Features") -> str:
    """Return the text of ``README.md``."""
    from datasets import DatasetInfo
    from datasets.info import DatasetInfosDict
    from datasets.utils.metadata import MetadataConfigs
    from huggingface_hub import DatasetCardData

    about = rows.version.manifest["about"]
    data = DatasetCardData(license=about["licence"] or None, pretty_name=rows.version.name)
    infos = {"default": DatasetInfo(features=rows.features), "ledger": DatasetInfo(features=ledger)}
    DatasetInfosDict(infos).to_dataset_card_data(data)
    splits = [{"split": split, "path": f"data/{split}-*"} for split in rows.counts]
    MetadataConfigs(
        {
            "default": {"data_files": splits, "default": True},
            "ledger": {"data_files": [{"split": "train", "path": "ledger/ledger-*"}]},
        }
    ).to_dataset_card_data(data)
    return f"---\n{data.to_yaml()}\n---\n\n{_words(rows)}"


def _words(rows: Rows) -> str:
    version, counts = rows.version, rows.version.counts["rows"]
    about = version.manifest["about"]
    lines = [f"# {version.name} {version.number}", ""]
    lines += [each + "\n" for each in (about["summary"], about["homepage"]) if each]
    lines.append(
        f"{counts['read']:,} rows were read, {counts['kept']:,} kept, {counts['dropped']:,} dropped and "
        f"{counts['quarantined']:,} quarantined; the `ledger` configuration tells the fate of each, and every fact."
    )
    for name, made in about_vectors(rows).items():
        model = f", {made['model']} at {made['revision']}" if made.get("model") else ""
        lines.append(f"\n`{name}` holds vectors of `{made['field']}` by {made['operator']}{model}.")
    return "\n".join(lines) + "\n"
