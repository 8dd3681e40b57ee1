"""A version on the Hub that is searched: of its files only the columns that a search reads are fetched, and kept."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from mmhub.blocks import read_table
from mmhub.errors import HubError
from mmhub.exporting.layout import MANIFEST
from mmhub.hub.connection import Hub
from mmhub.hub.refusals import in_words
from mmhub.hub.snapshots import cached, manifest_in, newest_tag, place_of, snapshot
from mmhub.searching.hit import Hit
from mmhub.store import placed, write_text
from mmhub.version import Version

_FILE, _ROW = "mmhub:file", "mmhub:row"
"""The columns that tell where a row lies: in which file, and at which place there."""
_AHEAD_BYTES = 1 << 16
"""What is read beyond what is asked for: columns lie between media, which are not wanted."""


@dataclass(frozen=True)
class Published:
    """A version of the Hub. What is fetched of it is kept in ``folder``; ``whole`` is where it is cached, if it is."""

    version: Version
    hub: Hub
    folder: Path
    whole: Path | None

    @property
    def indexes(self) -> Path:
        """The folder for what is kept of this version."""
        return self.folder

    def in_use(self) -> AbstractContextManager[None]:
        """Let all in: nobody cleans this folder."""
        return nullcontext()

    def tables(self, column: str) -> Iterator[tuple[str, pa.Table]]:
        """Yield ids, texts and vectors; raise HubError where they are not here yet and the Hub cannot be asked."""
        counts = {split: about["rows"] for split, about in self.version.manifest["splits"].items()}
        for split in (name for name, count in counts.items() if count):
            path = self.folder / f"{column}-{split}.arrow"
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                with placed(path) as draft, _asking(self.hub, self.version, folder=str(self.folder)):
                    self._fetch(self._files(split), self._read(column), draft)
            yield split, read_table(path)

    def media(self, hit: Hit, field: str, *, found_in: str) -> bytes | None:
        """Return the bytes of a field; of the file, the group of rows that holds it is read."""
        name, row = hit.row[_FILE][0].as_py(), hit.row[_ROW][0].as_py()
        with _asking(self.hub, self.version), self._open(name) as file:
            value = _value(pq.ParquetFile(file), row, field)
        chosen = hit.chosen(value, field, found_in=found_in)
        return chosen["bytes"] if chosen else None

    def _files(self, split: str) -> list[str]:
        stem = f"data/{split}-"
        return sorted(name for name in self.version.manifest["files"] if name.startswith(stem))

    def _read(self, column: str) -> list[str]:
        """Return the columns that a search of ``column`` reads."""
        fields, schema = self.version.manifest["recipe"]["fields"], self.version.manifest["schema"]
        texts = [name for name, field in fields.items() if field["modality"] == "text" and name in schema]
        return ["row_id", *texts, column]

    def _fetch(self, files: list[str], columns: list[str], draft: Path) -> None:
        """Write some columns of Parquet files into one Arrow file, with where each row lies."""
        writer: pa.RecordBatchStreamWriter | None = None
        for name in files:
            with self._open(name) as file:
                row = 0
                for batch in pq.ParquetFile(file).iter_batches(columns=columns):
                    rows = pa.array(range(row, row + len(batch)), pa.int64())
                    names = pa.array([name] * len(batch), pa.string())
                    whole = batch.append_column(_FILE, names).append_column(_ROW, rows)
                    writer = writer or pa.ipc.new_stream(str(draft), whole.schema)
                    writer.write_batch(whole)
                    row += len(batch)
        if writer is None:
            raise HubError(
                f"{str(self.version)!r} has no rows where its manifest says: {', '.join(files) or 'no file'}"
            )
        writer.close()

    def _open(self, name: str) -> BinaryIO:
        """Return a file of the version, of which parts are read as they are asked for."""
        if self.whole is not None:
            return (self.whole / name).open("rb")
        from huggingface_hub import HfFileSystem

        place = f"datasets/{self.version.name}@v{self.version.number}/{name}"
        system = HfFileSystem(endpoint=self.hub.endpoint, token=self.hub.api.token)
        opened: BinaryIO = system.open(place, block_size=_AHEAD_BYTES)
        return opened


def published(wanted: str) -> Published:
    """Return the published version ``owner/name@1.0.0``, or the newest; its manifest is fetched, and no rows yet.

    Where the whole version is cached it is read there. Raises HubError where there is no such version, or the Hub is
    not to be asked and nothing of it is here.
    """
    from huggingface_hub import HfApi

    repo, _, number = wanted.partition("@")
    hub = Hub(HfApi(library_name="mmhub"))
    revision = f"v{number.removeprefix('v')}" if number else newest_tag(hub, repo)
    folder = place_of(repo) / "mmhub" / revision
    whole, manifest = None, manifest_in(folder)
    if cached(repo, revision):
        whole, manifest = snapshot(f"{repo}@{revision}")
    number = revision.removeprefix("v")
    if manifest is None:
        with _asking(hub, Version(repo, number, {})):
            manifest = _asked(hub, repo, revision)
        write_text(folder / MANIFEST, json.dumps(manifest))
    return Published(Version(repo, number, manifest), hub, folder, whole)


def _asked(hub: Hub, repo: str, revision: str) -> dict[str, Any]:
    """Return the manifest of a version as the Hub has it."""
    from huggingface_hub.errors import RevisionNotFoundError

    try:
        return hub.manifest(repo, revision)
    except RevisionNotFoundError as error:
        there = ", ".join(hub.tags_at_once(repo)) or "none"
        raise HubError(f"{repo!r} has no version {revision!r}; its versions are: {there}") from error


@contextmanager
def _asking(hub: Hub, version: Version, *, folder: str = "") -> Iterator[None]:
    """Turn what a Hub refuses into a HubError; ``folder`` is where files are written meanwhile."""
    from huggingface_hub.errors import OfflineModeIsEnabled

    with in_words(hub.endpoint, version.name, folder=folder):
        try:
            yield
        except OfflineModeIsEnabled as error:
            raise HubError(
                f"what this search reads of {str(version)!r} is not on this machine, and HF_HUB_OFFLINE is set: unset "
                "it for once, so that it can be fetched"
            ) from error


def _value(parquet: pq.ParquetFile, row: int, field: str) -> Any:
    """Return one value of a Parquet file, of whose groups of rows only one is read."""
    for group in range(parquet.num_row_groups):
        count = parquet.metadata.row_group(group).num_rows
        if row < count:
            return parquet.read_row_group(group, columns=[field])[field][row].as_py()
        row -= count
    raise HubError(f"a file of {parquet.metadata.num_rows} rows has no row {row} beyond them")
