"""How changes become a commit: all of them in one transaction, or none."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from mmhub.hubserver import refs
from mmhub.hubserver.blobs import Blobs
from mmhub.hubserver.changes import Change, DeletedFile, DeletedFolder, LargeFile, RegularFile
from mmhub.hubserver.history import Words, record, tree_of
from mmhub.hubserver.names import checked_path, checked_sha256
from mmhub.hubserver.refusals import Refusal, no_entry
from mmhub.hubserver.repositories import Repository
from mmhub.hubserver.trees import File, Tree, folders, within

_WRITERS = 16


@dataclass(frozen=True)
class Proposal:
    """Changes to make, the regular files among them kept as blobs already, by their paths."""

    changes: Sequence[Change]
    regular: Mapping[str, File]
    parent: str | None = None


def proposal(blobs: Blobs, changes: Sequence[Change], *, parent: str | None = None) -> Proposal:
    """Return changes as a proposal, once the bytes that came with them are on the disk."""
    files = {checked_path(each.path): each.data() for each in changes if isinstance(each, RegularFile)}
    # A disk confirms many small files at once nearly as fast as one.
    with ThreadPoolExecutor(_WRITERS) as pool:
        shas = pool.map(blobs.add, files.values())
        regular = {path: File.regular(data, sha) for (path, data), sha in zip(files.items(), shas, strict=True)}
    return Proposal(changes, regular, parent)


def commit(
    connection: sqlite3.Connection, blobs: Blobs, repository: Repository, ref: str, wanted: Proposal, words: Words
) -> str:
    """Commit a proposal to a ref, and return the commit's id; refuse where another commit came between."""
    head = refs.head(connection, repository, ref)
    if wanted.parent and head and wanted.parent != head:
        raise Refusal(412, "A commit has happened since. Please refresh and try again.")
    tree = tree_of(connection, repository, head) if head else {}
    for change in wanted.changes:
        _apply(change, tree, wanted.regular, blobs, head=head or "")
    _check_no_file_is_a_folder(tree, [change.path for change in wanted.changes])
    oid = record(connection, repository, tree, words, parent=head)
    refs.move(connection, repository, ref, oid)
    return oid


def squash(connection: sqlite3.Connection, repository: Repository, ref: str, words: Words) -> str:
    """Replace all commits of a branch by one with the same files, and return its id."""
    head = refs.head(connection, repository, ref)
    if head is None:
        raise Refusal(
            400, f"{ref.removeprefix(refs.BRANCH)!r} is no branch, and the history of nothing else is squashed"
        )
    oid = record(connection, repository, tree_of(connection, repository, head), words, parent=None)
    refs.move(connection, repository, ref, oid)
    return oid


def _apply(change: Change, tree: Tree, regular: Mapping[str, File], blobs: Blobs, *, head: str) -> None:
    match change:
        case RegularFile(path=path):
            tree[path] = regular[path]
        case LargeFile(path=path):
            tree[checked_path(path)] = _uploaded(change, blobs)
        case DeletedFile(path=path):
            if tree.pop(path, None) is None:
                raise no_entry(f"A file with this name doesn't exist: {path}", commit=head)
        case DeletedFolder(path=path):
            for inner in within(list(tree), path.rstrip("/")):
                del tree[inner]


def _uploaded(file: LargeFile, blobs: Blobs) -> File:
    sha256 = checked_sha256(file.oid)
    size = blobs.size(sha256)
    if size is None:
        raise Refusal(400, f"the bytes of {file.path!r} (sha256 {sha256}) were not uploaded: push again")
    if file.size not in (None, size):
        raise Refusal(400, f"{file.path!r} was said to have {file.size} bytes, and {size} were uploaded")
    return File.large(sha256, size)


def _check_no_file_is_a_folder(tree: Tree, paths: Iterable[str]) -> None:
    inside = folders(tree)
    for path in paths:
        parents = folders([path])
        if (path in tree and path in inside) or (path in tree and any(parent in tree for parent in parents)):
            raise Refusal(400, f"{path!r} cannot be a file and a folder at once")
