"""Rows from the names of files alone: files of one name belong together, whatever their folder."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mmhub.errors import SourceError
from mmhub.operators import Lost, Remark, Row
from mmhub.places import texts
from mmhub.places.kinds import KINDS, kind_of, kind_of_folder, split_of_folder
from mmhub.places.remarks import some


def stem_rows(folder: Path, files: Sequence[str], text_keys: Sequence[str]) -> Iterator[Row | Lost | Remark]:
    """Yield a row for each name; raise SourceError where no file holds a value, or no name is there twice."""
    named: dict[str, dict[str, list[str]]] = {}
    unused = []
    for file in files:
        kind = kind_of(file)
        if kind is None:
            unused.append(file)
        else:
            named.setdefault(_id(file), {}).setdefault(kind, []).append(file)
    if not named:
        raise SourceError(
            f"the folder {str(folder)!r} holds no pictures, texts, sounds or videos, and no table that names some"
        )
    counts = Counter(kind for parts in named.values() for kind in parts)
    _check_together(folder, named, counts)
    for row_id in sorted(named):
        parts = named[row_id]
        for place in range(max(map(len, parts.values()))):
            # Two pictures of one name are two rows of one id, which is for the reader to sort out.
            chosen = {kind: paths[place] for kind, paths in parts.items() if place < len(paths)}
            yield _row(folder, row_id, chosen, text_keys)
    if unused:
        yield Remark(f"{some(unused, 'file')} of no kind that is known: left out")
    if len(counts) > 1:
        yield from _alone(named)


def _alone(named: dict[str, dict[str, list[str]]]) -> Iterator[Remark]:
    """Yield a remark for each kind of which there are files that nothing else is called like."""
    for kind in KINDS:
        alone = [parts[kind][0] for parts in named.values() if kind in parts and len(parts) == 1]
        if alone:
            yield Remark(f"{some(alone, 'file')} without anything else of that name: a row with {kind} alone")


def _id(file: str) -> str:
    """Return what a file is called, whatever the folder of its kind, its end, and the form of its letters."""
    folders = file.split("/")
    name = folders.pop()
    at = 1 if folders and split_of_folder(folders[0]) else 0
    if len(folders) > at and kind_of_folder(folders[at]):
        del folders[at]
    return unicodedata.normalize("NFC", "/".join([*folders, name[: name.rfind(".")]]))


def _row(folder: Path, row_id: str, chosen: dict[str, str], text_keys: Sequence[str]) -> Row:
    row: dict[str, Any] = dict.fromkeys(KINDS)
    for kind, file in chosen.items():
        path = str(folder / file)
        row[kind] = texts.content(path, text_keys) if kind == "text" else path
    first = next(iter(chosen.values()))
    above = row_id.rpartition("/")[0]
    return {**row, "row_id": row_id, "split": split_of_folder(first.partition("/")[0]), "folder": above or None}


def _check_together(folder: Path, named: dict[str, dict[str, list[str]]], counts: Counter[str]) -> None:
    if len(counts) > 1 and all(len(parts) == 1 for parts in named.values()):
        firsts = [next(parts[kind][0] for parts in named.values() if kind in parts) for kind in counts]
        raise SourceError(
            f"nothing in {str(folder)!r} belongs together: no two files have one name but for its end, as in "
            f"{' and '.join(map(repr, firsts))}; give them the same names, or name the files of each row in a "
            "metadata.csv"
        )
