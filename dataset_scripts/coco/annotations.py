"""The annotation files of COCO: extracted, or in the official archive."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mmhub import SourceError
from mmhub.places.zip_members import zip_names, zip_stream

ARCHIVE = "annotations_trainval2017.zip"


@dataclass(frozen=True)
class Annotations:
    """An annotation file, in its folder or in the official archive."""

    file: Path
    archive: Path | None
    most_bytes: int

    def __str__(self) -> str:
        return repr(str(self.file)) if self.archive is None else f"'{self.file.name}' in {str(self.archive)!r}"

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """Open the file, as a stream that unpacks while it is read."""
        if self.archive is not None:
            with zip_stream(self.archive, f"annotations/{self.file.name}", most_bytes=self.most_bytes) as stream:
                yield stream
            return
        try:
            with self.file.open("rb") as stream:
                yield stream
        except OSError as error:
            raise SourceError(f"{str(self.file)!r} cannot be read: {error.strerror or error}") from error


def annotations(data_dir: Path, name: str, most_bytes: int = 0) -> Annotations | None:
    """Return an annotation file where it is there, extracted or in the archive."""
    file, archive = data_dir / "annotations" / name, data_dir / ARCHIVE
    if file.exists():
        return Annotations(file, None, most_bytes)
    if archive.exists() and f"annotations/{name}" in zip_names(archive):
        return Annotations(file, archive, most_bytes)
    return None
