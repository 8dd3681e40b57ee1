"""A recipe to start from, written for what is there: its fields guessed, the usual steps of each modality, remarks."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from mmhub.errors import PluginError, RecipeError, SourceError, Undecodable
from mmhub.operators import Lost, Options, Remark, Row, Source
from mmhub.places import hub, table
from mmhub.places.elsewhere import address_in, is_address
from mmhub.places.hub_access import commit_of
from mmhub.places.records import is_table
from mmhub.plugins import Offers
from mmhub.recipes.downloads import Downloads
from mmhub.recipes.recipe import PLAIN_TYPES
from mmhub.recipes.settings import parsed
from mmhub.request import source_options
from mmhub.sources.addressed import addressed
from mmhub.sources.mirror import addresses, mirrored, widened
from mmhub.starting.absent import absent
from mmhub.starting.guessing import Guess, guessed
from mmhub.store import Store

KINDS = ("folder", "table", "urls", "hub")
_ROWS = 200
_STEPS = {
    "text": ("text/unicode", "text/whitespace", "text/length"),
    "image": ("image/size", "image/sharpness", "image/exposure", "image/hash"),
    "audio": ("audio/duration", "audio/silence", "audio/clipping"),
    "video": ("video/duration", "video/resolution", "video/frame-rate"),
}
_SINGLE = ("image/hash",)
"""Operators that compare whole rows, and take no lists."""
_JOINT = {"image": "image/clip", "audio": "audio/clap"}


@dataclass(frozen=True)
class Starter:
    """The text of a recipe in YAML, and what its reader should know before it is built."""

    text: str
    notes: tuple[str, ...] = ()


def starter(name: str, kind: str, where: str, offers: Offers, settings: Iterable[str] = ()) -> Starter:
    """Return a recipe over a folder, a table, URLs, or a dataset of the Hub.

    ``settings`` are options of the source, such as ``source.metadata=captions.csv``. Raises RecipeError for a kind or
    an option that is not known, SourceError where nothing can be read, PluginError where no installed plugin
    understands what is there.
    """
    if kind not in KINDS:
        raise RecipeError(f"a recipe cannot be started from {kind!r}: expected one of {', '.join(KINDS)}")
    _check_is_there(kind, where)
    options = {**_options(kind, where), **_set(settings)}
    source = offers.sources[kind]
    found = _sample(source, source_options(source, options))
    rows = [row for row in found if isinstance(row, Mapping)]
    if not rows:
        raise SourceError(f"nothing can be read from {where!r}: {_why_nothing(found)}")
    fields = [each for each in guessed(rows) if each.modality in (*PLAIN_TYPES, *offers.modalities)]
    if not fields:
        raise PluginError(f"no installed plugin understands what is in {where!r}: `pip install 'mmhub[all]'`")
    lines = [*_head(name, kind, where, options), *_fields(fields), *_steps(fields, offers)]
    return Starter("\n".join(lines) + "\n", tuple(absent(rows, fields)))


def _check_is_there(kind: str, where: str) -> None:
    """Raise SourceError where a folder or a table is not there, or one of them is given for the other."""
    path = Path(where).expanduser()
    if kind == "folder" and address_in(where) is None and not path.is_dir():
        told = f"{where!r} is a file: `--from table {where}` reads a table" if path.is_file() else ""
        raise SourceError(told or f"there is no folder {where!r}")
    if kind == "table" and path.is_dir() and not is_table(path):
        raise SourceError(f"{where!r} is a folder: `--from folder {where}` reads one, with the table in it")


def _why_nothing(found: Sequence[Row | Lost]) -> str:
    return next((f"{each.reason}: {each.message}" for each in found if isinstance(each, Lost)), "it holds no row")


def _set(settings: Iterable[str]) -> dict[str, Any]:
    options = {}
    for setting in settings:
        step, key, value = parsed(setting)
        if step != "source":
            raise RecipeError(
                f"{setting!r} is no option of the source: write source.KEY=VALUE; steps are in the recipe"
            )
        options[key] = value
    return options


def _options(kind: str, where: str) -> dict[str, Any]:
    if kind == "folder":
        return {"data_dir": where}
    if kind == "hub":
        if Path(where).is_dir():
            return {"data_dir": where}
        return {"dataset": where, "revision": commit_of(where, "main")}
    options: dict[str, Any] = {"files": where}
    if kind == "table" and _names_files_elsewhere(table.TableOptions(files=Path(where))):
        options["anywhere"] = True
    return options


def _names_files_elsewhere(options: table.TableOptions) -> bool:
    rows = (row for row in _sample(table.SOURCE, options) if isinstance(row, Mapping))
    values = (value for row in rows for value in row.values())
    return any(isinstance(value, Undecodable) and value.reason == "outside-folder" for value in values)


def _sample(source: Source, options: Options) -> list[Row | Lost]:
    """Return the first rows of a source; of the Hub as they come, and without a copy."""
    given = hub.streamed(options) if isinstance(options, hub.HubOptions) else _rows(source, options)
    return [row for row in islice(given, _ROWS) if not isinstance(row, Remark)]


def _rows(source: Source, options: Options) -> Iterator[Row | Lost | Remark]:
    """Return the rows of a source; what lies at an address is copied to the usual store first, as a build does it."""
    if not addresses(options):
        return source.rows(options, None)
    downloads = widened(Downloads(), options)
    here, mirrors = mirrored(options, downloads, Store.at().made(), fetch=True, progress=lambda done, total: None)
    return addressed(source.rows(here, None), mirrors)


def _head(name: str, kind: str, where: str, options: Mapping[str, Any]) -> Iterator[str]:
    yield f"# A recipe to start from: `mmhub build {name}.yaml` builds it as it is."
    yield f"name: {_word(name)}"
    yield f"summary: {_word(f'What is in {_called(where)}.')}"
    yield "# licence: cc-by-4.0    # the licence of what you read; it stands on the card of what you publish"
    yield "source:"
    yield f"  use: {kind}"
    yield "  options:"
    for option, value in options.items():
        yield f"    {option}: {_word(value)}{'' if is_address(str(value)) else _REMARKS.get(option, '')}"


def _called(where: str) -> str:
    """Return what a folder or a file is called, wherever it lies; an address, a pattern or a dataset as it is."""
    path = Path(where).expanduser()
    return path.resolve().name or where if path.exists() else where


_REMARKS = {
    "data_dir": "    # relative to where mmhub is run; `--data-dir DIR` names another",
    "files": "    # relative to where mmhub is run; a pattern such as `tables/*.csv` names several",
    "anywhere": "    # the table names files outside of its folder",
    "revision": "    # the commit that `main` was when this was written",
}


def _fields(fields: Sequence[Guess]) -> Iterator[str]:
    yield "fields:"
    required = next((each.name for each in fields if each.modality not in PLAIN_TYPES), None)
    for each in fields:
        parts = [f"modality: {each.modality}"]
        parts += ["many: true"] if each.many else []
        parts += ["required: true"] if each.name == required else []
        yield f"  {_word(each.name)}: {{{', '.join(parts)}}}"
    yield "  # A row without a field that is `required` is dropped; rows may lack any other."


def _steps(fields: Sequence[Guess], offers: Offers) -> Iterator[str]:
    """Yield the steps that need no weights, and as remarks those that do."""
    steps = [
        step
        for modality, names in _STEPS.items()
        for step in names
        if step in offers.operators
        and (of := [each for each in fields if each.modality == modality])
        and not (step in _SINGLE and any(each.many for each in of))
    ]
    yield from ["steps:"] if steps else ["steps: []"]
    yield from (f"  - use: {step}" for step in steps)
    texts = [each.name for each in fields if each.modality == "text"]
    for modality, encoder in _JOINT.items():
        values = [each.name for each in fields if each.modality == modality]
        if encoder in offers.operators and values and texts:
            pair = f"[{_word(values[0])}, {_word(texts[0])}]"
            yield f"  # Drop what does not fit: {encoder} makes vectors of both, with weights that are fetched once."
            yield f"  # - {{use: {encoder}, fields: {pair}}}"
            yield f"  # - {{use: align/similarity, name: align/{modality}, fields: {pair}}}"
    yield "  # `mmhub plugins` lists all there are, with their options and rules."


def _word(value: Any) -> str:
    """Return a value as YAML, quoted where it would be read as something else."""
    if isinstance(value, bool | list):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    plain = text.replace("_", "a").replace("/", "a").replace("-", "a").replace(".", "a").isalnum() and text.isascii()
    harmless = plain and text[0].isalpha() and text.lower() not in ("true", "false", "null", "yes", "no", "on", "off")
    return text if harmless else json.dumps(text, ensure_ascii=False)
