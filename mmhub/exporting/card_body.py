"""The card of a published dataset as people read it."""

from collections.abc import Iterator, Mapping

from mmhub.exporting.evidence import Picture, funnel_lines
from mmhub.exporting.licences import models_of
from mmhub.exporting.markdown import code, escaped, link, table
from mmhub.exporting.rows import Rows, about_vectors
from mmhub.models.licences import UNSTATED, is_non_commercial
from mmhub.recipes.scripts import listed

_FLAG = " ⚠ non-commercial"
_DECODED_BY = {"Image": "vision", "Audio": "audio", "Video": "audio"}
"""What of `datasets` decodes a feature: an extra of its own."""


def body(
    rows: Rows,
    repo: str,
    licences: Mapping[str, str],
    pictures: Mapping[str, Picture],
    modalities: list[str],
    languages: list[str],
) -> str:
    """Return what the card says after its metadata, a section per subject."""
    sections = (
        _about(rows, modalities, languages),
        _loading(rows, repo),
        _funnel(rows, pictures["funnel"]),
        _facts(pictures),
        _splits(rows),
        _licences(rows, licences),
        _vectors(rows),
        _calibrations(rows),
        _rebuilding(rows),
    )
    return "\n".join(section for section in map("\n".join, sections) if section)


def _about(rows: Rows, modalities: list[str], languages: list[str]) -> Iterator[str]:
    version = rows.version
    about = version.manifest["about"]
    yield f"# {escaped(version.name)} {version.number}\n"
    if about["summary"]:
        yield escaped(about["summary"]) + "\n"
    if about["homepage"]:
        yield f"Homepage: {link(about['homepage'])}\n"
    if modalities:
        yield f"Modalities: {', '.join(modalities)}.\n"
    yield "[Its page](report.html) shows rows, facts and a map: download it, and open it in a browser.\n"
    if languages:
        yield f"Languages, as found in the texts: {', '.join(languages)}.\n"


def _loading(rows: Rows, repo: str) -> Iterator[str]:
    place, revision = repo or "path/to/this/folder", f"v{rows.version.number}"
    pinned = f', revision="{revision}"' if repo else ""
    column = next(iter(rows.features))
    yield "## Load this version\n"
    yield "```python\nfrom datasets import load_dataset\n"
    yield f'dataset = load_dataset("{place}"{pinned})'
    yield f'ledger = load_dataset("{place}", "ledger"{pinned}, split="train")  # every fate and fact'
    yield f'some = load_dataset("{place}"{pinned}, columns=["{column}"])  # these columns only'
    yield f'stream = load_dataset("{place}"{pinned}, streaming=True)  # row by row\n```\n'
    if extras := _extras(rows):
        yield f"Media are decoded as rows are read, for which `datasets` needs `pip install 'datasets[{extras}]'`.\n"
    if repo:
        yield (
            f'Without a network, `mmhub.load("{repo}@{rows.version.number}")` gives exactly this version, and '
            "checks it against the hashes in `mmhub.json`.\n"
        )


def _extras(rows: Rows) -> str:
    """Return the extras of `datasets` that decode the media of a version, as pip is told them."""
    found = set()
    for feature in rows.features.values():
        leaf = feature
        while hasattr(leaf, "feature"):
            leaf = leaf.feature
        found.add(_DECODED_BY.get(type(leaf).__name__, ""))
    return ",".join(sorted(found - {""}))


def _funnel(rows: Rows, picture: Picture) -> Iterator[str]:
    counts = rows.version.counts
    read = counts["rows"]["read"] or 1
    yield "## What was read, and what was kept\n"
    yield f"![{escaped(picture.title)}](evidence/funnel.svg)\n"
    lines = [
        (code(name) if fate in ("dropped", "quarantined") else f"**{name}**", fate if fate != name else "", number)
        for name, number, fate in funnel_lines(counts)
    ]
    yield table(
        ("reason", "fate", "rows", "share"),
        ((name, fate, f"{number:,}", f"{100 * number / read:.1f} %") for name, fate, number in lines),
        right=(2, 3),
    )
    if counts["repaired"]:
        mended = ", ".join(f"{number:,} by {code(step)}" for step, number in counts["repaired"].items())
        yield f"Repaired: {mended}.\n"


def _facts(pictures: Mapping[str, Picture]) -> Iterator[str]:
    drawn = {name: picture for name, picture in pictures.items() if name != "funnel"}
    if drawn:
        yield "## Facts that decided\n"
    for name, picture in drawn.items():
        yield f"![{escaped(picture.title)}](evidence/{name}.svg)\n"


def _splits(rows: Rows) -> Iterator[str]:
    yield "## Splits\n"
    yield table(("split", "rows"), ((code(split), f"{count:,}") for split, count in rows.counts.items()), right=(1,))


def _licences(rows: Rows, licences: Mapping[str, str]) -> Iterator[str]:
    source = rows.version.manifest["about"]["licence"] or UNSTATED
    lines = [("source", code(rows.version.manifest["recipe"]["source"]["use"]), "", source)]
    for used in models_of(rows.version):
        licence = licences.get(used.model) or used.licence
        lines.append(("model", code(used.model or UNSTATED), code(used.revision[:12]), licence))
    yield "## Licences\n"
    yield table(
        ("of", "what", "revision", "licence"),
        ((of, what, at, escaped(name) + (_FLAG if is_non_commercial(name) else "")) for of, what, at, name in lines),
    )


def _vectors(rows: Rows) -> Iterator[str]:
    made = about_vectors(rows)
    if made:
        yield "## Embeddings\n"
        yield table(
            ("column", "of", "operator", "model", "revision"),
            (
                (
                    code(name),
                    code(str(about["field"])),
                    f"{code(str(about['operator']))} {about['version']}",
                    code(str(about["model"])) if about.get("model") else "",
                    code(str(about["revision"])[:12]) if about.get("revision") else "",
                )
                for name, about in made.items()
            ),
        )


def _calibrations(rows: Rows) -> Iterator[str]:
    made = {name: about for name, about in rows.version.manifest.get("calibrations", {}).items() if about["quantiles"]}
    if made:
        yield "## Scores of mismatched pairs\n"
        yield "Values of different rows were put beside each other; the share that scores below is\n"
        shares = tuple(next(iter(made.values()))["quantiles"])
        yield table(
            ("step", "pairs", "seed", *shares),
            (
                (code(name), f"{about['pairs']:,}", str(about["seed"]), *map(str, about["quantiles"].values()))
                for name, about in made.items()
            ),
            right=tuple(range(1, 3 + len(shares))),
        )


def _rebuilding(rows: Rows) -> Iterator[str]:
    manifest = rows.version.manifest
    name = manifest["recipe"]["name"]
    yield "## Build it again\n"
    if name in listed():
        yield f"```sh\nmmhub build {name}\n```\n"
    else:
        yield f"The recipe {code(name)} does not come with mmhub: `mmhub build` takes its file.\n"
    yield (
        "The recipe as it was carried out, with every option, rule and revision of weights, is in `mmhub.json`. Built "
        f"from the same source, and with the same of each, the dataset has the identity `{rows.version.identity}`.\n"
    )
