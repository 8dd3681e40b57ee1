"""A dataset of the Hub, by its id, or a folder in a form that `load_dataset` opens."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import model_validator

from mmhub.operators import Lost, Options, Remark, Row, Source
from mmhub.places.hub_access import commit_of, opened
from mmhub.places.inside import Inside
from mmhub.places.layout import rows
from mmhub.places.records import Form, Record, records

_ABOUT = "about.json"


class HubOptions(Options):
    """Which dataset, at which revision."""

    dataset: str = ""
    """The dataset of the Hub, as ``owner/name``."""
    data_dir: Path | None = None
    """In place of a dataset of the Hub: a folder that `load_dataset` opens."""
    config: str = ""
    """The configuration, where there are several."""
    split: str = ""
    """The split; by default all of them."""
    revision: str = "main"
    """The branch, tag or commit. What a branch was when it was first read is kept; name a commit to say which."""
    streaming: bool = True
    """Whether rows are copied as they come, and not through the cache of `datasets`."""
    id: str = ""
    """The column with the ids of rows; ``row_id``, ``id``, ``uid``, ``uuid`` or ``key`` by default, or their number."""

    @model_validator(mode="after")
    def _one_of_both(self) -> "HubOptions":
        if bool(self.dataset) == (self.data_dir is not None):
            raise ValueError("name either a dataset of the Hub or a data_dir")
        return self


def is_remote(options: HubOptions) -> bool:
    """Whether the rows are on the Hub, and not in a folder."""
    return options.data_dir is None


def fetch(options: HubOptions, folder: Path) -> None:
    """Copy the rows of a dataset of the Hub into ``folder``, at the commit its revision stands for now."""
    if options.data_dir is not None:
        return
    from mmhub.places.hub_copy import copied

    commit = commit_of(options.dataset, options.revision)
    found = opened(
        options.dataset,
        config=options.config,
        split=options.split,
        revision=commit,
        streaming=options.streaming,
    )
    splits = [copied(split.rows, name, folder / f"{n:03d}.arrow") for n, (name, split) in enumerate(found.items())]
    classes = [split.classes for split in found.values()]
    about = {"commit": commit, "splits": splits, "classes": classes}
    (folder / _ABOUT).write_text(json.dumps(about), encoding="utf-8")


def hub_rows(options: HubOptions, folder: Path | None) -> Iterator[Row | Lost | Remark]:
    """Yield the rows of every split, in order; pictures and sounds as the bytes they are."""
    if options.data_dir is not None:
        yield from streamed(options)
        return
    assert folder is not None
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    for n, (split, classes) in enumerate(zip(about["splits"], about["classes"], strict=True)):
        given = records(folder / f"{n:03d}.arrow", Form())
        yield from _named(given, split, classes, options, folder, several=len(about["splits"]) > 1)
    yield Remark(_said(options, about["commit"]))


def _said(options: HubOptions, commit: str) -> str:
    if options.revision == commit:
        return f"{options.dataset} was read at the commit {commit}"
    return (
        f"{options.dataset} was read at the commit {commit}, which {options.revision!r} was when it was first read: "
        "`revision` among the options of the source names another"
    )


def streamed(options: HubOptions) -> Iterator[Row | Lost]:
    """Yield rows as they come from the Hub, at the revision the options name, without keeping any."""
    yield from _streamed(options, options.dataset or str(options.data_dir), options.data_dir or Path())


def _streamed(options: HubOptions, dataset: str, place: Path) -> Iterator[Row | Lost]:
    revision = None if options.data_dir else options.revision
    found = opened(dataset, config=options.config, split=options.split, revision=revision, streaming=True)
    for name, split in found.items():
        given = (Record(f"{name}:{number}", dict(values)) for number, values in enumerate(split.rows))
        yield from _named(given, name, split.classes, options, place, several=len(found) > 1)


def _named(
    given: Iterator[Record | Lost] | Iterator[Record],
    split: str,
    classes: Mapping[str, Sequence[str]],
    options: HubOptions,
    folder: Path,
    *,
    several: bool,
) -> Iterator[Row | Lost]:
    """Yield rows of one split, numbered within it where there are several, with the names of classes."""
    prefix = f"{split}-" if several else ""
    for row in rows(
        given, Inside(folder, folder, anywhere=False), number=lambda n: f"{prefix}{n:06d}", ids=options.id, files=()
    ):
        yield row if isinstance(row, Lost) else {**_named_classes(row, classes), **row, "split": split}


def _named_classes(row: Row, classes: Mapping[str, Sequence[str]]) -> dict[str, str | None]:
    """Return, for each column of numbered classes, a column ``<name>_name``; -1 stands for no class."""
    numbers = {column: row[column] for column in classes}
    return {
        f"{column}_name": classes[column][number] if number is not None and number >= 0 else None
        for column, number in numbers.items()
    }


SOURCE = Source(
    name="hub",
    version=2,
    summary="A dataset of the Hub by id, configuration, split and revision, or a folder that `load_dataset` opens.",
    options=HubOptions,
    rows=hub_rows,
    generate=fetch,
    remote=is_remote,
)
