"""The files of a commit, and the folders they are in."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Tree = dict[str, "File"]
"""The files of a commit by their paths."""


@dataclass(frozen=True)
class File:
    """A file in a commit: its size in bytes, its id in git, the sha256 of its bytes, and whether git has a pointer."""

    size: int
    oid: str
    sha256: str
    lfs: bool

    @classmethod
    def regular(cls, data: bytes, sha256: str) -> "File":
        """Return a file that git itself would hold."""
        return cls(len(data), _git_oid(data), sha256, lfs=False)

    @classmethod
    def large(cls, sha256: str, size: int) -> "File":
        """Return a file to which git would hold a pointer."""
        return cls(size, _git_oid(_pointer(sha256, size)), sha256, lfs=True)

    @property
    def etag(self) -> str:
        """What clients compare to know whether they have the file."""
        return self.sha256 if self.lfs else self.oid

    @property
    def pointer_size(self) -> int:
        """How many bytes the pointer to a large file has."""
        return len(_pointer(self.sha256, self.size))


def packed(tree: Mapping[str, File]) -> bytes:
    """Return a tree as bytes, the same for equal trees."""
    rows = {path: [file.size, file.oid, file.sha256, int(file.lfs)] for path, file in tree.items()}
    return zlib.compress(json.dumps(rows, sort_keys=True, separators=(",", ":")).encode())


def unpacked(data: bytes) -> Tree:
    """Return the tree that `packed` made bytes of."""
    rows = json.loads(zlib.decompress(data))
    return {path: File(size, oid, sha256, bool(lfs)) for path, (size, oid, sha256, lfs) in rows.items()}


def folders(paths: Iterable[str]) -> set[str]:
    """Return all folders that ``paths`` are in."""
    found: set[str] = set()
    for path in paths:
        while (path := path.rpartition("/")[0]) and path not in found:
            found.add(path)
    return found


def folder_oid(tree: Mapping[str, File], folder: str) -> str:
    """Return an id of a folder, which changes with any file in it."""
    digest = hashlib.sha1(usedforsecurity=False)
    for path in sorted(within(tree, folder)):
        digest.update(f"{path}\0{tree[path].oid}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def within(paths: Iterable[str], folder: str) -> list[str]:
    """Return those of ``paths`` that are in ``folder`` or deeper; the empty name is the folder of all."""
    prefix = f"{folder}/" if folder else ""
    return [path for path in paths if path.startswith(prefix)]


def _pointer(sha256: str, size: int) -> bytes:
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n".encode()


def _git_oid(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
