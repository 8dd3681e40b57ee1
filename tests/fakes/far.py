"""A file system of the tests' own: a folder behind an address, which does to each file what a test tells it to."""

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from fsspec.implementations.dirfs import DirFileSystem
from fsspec.implementations.local import LocalFileSystem


class Far(DirFileSystem):
    """``far://place/name`` is the file ``place/name`` below ``root``; ``acts`` say what becomes of those opened."""

    protocol = "far"
    root: ClassVar[str] = ""
    acts: ClassVar[dict[str, Callable[[Any], Any]]] = {}
    asked: ClassVar[Counter[str]] = Counter()
    given: ClassVar[list[dict[str, Any]]] = []

    def __init__(self, **options: Any) -> None:
        options.pop("skip_instance_cache", None)
        self.given.append(options)
        super().__init__(path=self.root, fs=LocalFileSystem(), skip_instance_cache=True)

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return path.removeprefix("far://").rstrip("/")

    def cat_file(self, path: str, start: int | None = None, **options: Any) -> bytes:
        with self.open(path) as file:
            file.seek(start or 0)
            return file.read()

    def open(self, path: str, *args: Any, **options: Any) -> Any:
        self.asked[path] += 1
        file = super().open(path, *args, **options)
        return self.acts[path](file) if path in self.acts else file
