"""A version becomes a commit, and then a tag: whole, whatever others do to the repository meanwhile."""

from collections.abc import Mapping, Sequence
from typing import Any

from mmhub.errors import HubError
from mmhub.hub.connection import KIND, Held, Hub
from mmhub.hub.patience import a_moment, patiently
from mmhub.hub.progress import Event, Listener
from mmhub.hub.refusals import status
from mmhub.hub.sending import Piece
from mmhub.version import Version, parts_of

_CONFLICTS = (404, 409, 412)
"""Somebody else committed, tagged, or removed a branch: look again."""
_TRIALS = 40
_OURS = ("data/", "ledger/", "evidence/")


def publish(hub: Hub, repo: str, version: Version, pieces: Sequence[Piece], listener: Listener) -> str:
    """Commit a version and tag it, and return its commit; the newest version is the one on the branch ``main``.

    An older one is committed on a branch of its own, which goes when the tag is there.
    """
    from huggingface_hub.errors import HfHubHTTPError

    for trial in range(_TRIALS):
        try:
            oid = already(hub, repo, version) or _tagged(hub, repo, version, pieces, listener)
        except HfHubHTTPError as error:
            if status(error) not in _CONFLICTS or trial == _TRIALS - 1:
                raise
            a_moment(trial)
        else:
            hub.delete_branch(repo, _own_branch(version))
            return oid
    raise AssertionError("the last trial returns or raises")


def already(hub: Hub, repo: str, version: Version) -> str | None:
    """Return the commit that the tag of a version names, or None; raise HubError where that is another dataset."""
    tag = f"v{version.number}"
    oid = hub.tags(repo).get(tag)
    if oid is None:
        return None
    there = hub.manifest(repo, oid)
    _check_name(repo, there, version)
    if there.get("identity") != version.identity:
        raise HubError(
            f"{repo!r} has a {tag} already, of another identity ({str(there.get('identity'))[:12]}, and here it is "
            f"{version.identity[:12]}), and tags never move: build with `--version` and a greater number, or push "
            "with `--to` to another repository"
        )
    return oid


def check_ours(repo: str, held: Held, version: Version) -> None:
    """Raise HubError where a repository is in use for something else."""
    if held.manifest is None and not held.is_empty:
        raise HubError(
            f"the name {repo!r} is taken: the repository holds files, and none is an mmhub.json; "
            "name another with `--to`, or empty it"
        )
    if held.manifest is not None:
        _check_name(repo, held.manifest, version)


def _check_name(repo: str, manifest: Mapping[str, Any], version: Version) -> None:
    if manifest["name"] != version.name:
        raise HubError(
            f"the name {repo!r} is taken: the repository holds the dataset {manifest['name']!r}, and this is "
            f"{version.name!r}; name another with `--to`"
        )


def is_older(version: Version, held: Held) -> bool:
    """Whether a repository shows a newer version than this one."""
    return held.manifest is not None and parts_of(held.manifest["version"]) > parts_of(version.number)


def is_there(version: Version, held: Held) -> bool:
    """Whether a commit is that of a version."""
    there = held.manifest or {}
    return (there.get("identity"), there.get("version")) == (version.identity, version.number)


def tag(hub: Hub, repo: str, version: Version, oid: str, listener: Listener) -> str:
    """Tag a commit as a version, and return it."""
    listener(Event("tags", f"v{version.number}"))
    patiently(
        lambda: hub.api.create_tag(
            repo, tag=f"v{version.number}", tag_message=str(version), revision=oid, repo_type=KIND
        )
    )
    return oid


def _tagged(hub: Hub, repo: str, version: Version, pieces: Sequence[Piece], listener: Listener) -> str:
    branch, held = _branch(hub, repo, version)
    check_ours(repo, held, version)
    operations = _operations(held, pieces)
    oid = held.oid
    if operations:
        listener(Event("commits", branch, len(operations)))
        done = hub.api.create_commit(
            repo, operations, commit_message=str(version), repo_type=KIND, revision=branch, parent_commit=held.oid
        )
        oid = str(done.oid)
        _check_whole(hub, repo, oid, pieces)
    return tag(hub, repo, version, oid, listener)


def _branch(hub: Hub, repo: str, version: Version) -> tuple[str, Held]:
    """Return the branch that takes a version, and what it holds."""
    main = hub.held(repo, "main")
    if not is_older(version, main):
        return "main", main
    name = _own_branch(version)
    patiently(lambda: hub.api.create_branch(repo, branch=name, revision=main.oid, repo_type=KIND, exist_ok=True))
    return name, hub.held(repo, name)


def _own_branch(version: Version) -> str:
    return f"adding-v{version.number}"


def _operations(held: Held, pieces: Sequence[Piece]) -> list[Any]:
    """Return what turns what a branch holds into a version; files that are no version's stay."""
    from huggingface_hub import CommitOperationDelete

    listed = set((held.manifest or {}).get("files", ()))
    names = {piece.name for piece in pieces}
    stale = [path for path in held.files if path not in names and (path in listed or path.startswith(_OURS))]
    deletions = [CommitOperationDelete(path, is_folder=False) for path in sorted(stale)]
    return [*(piece.operation() for piece in pieces if not piece.is_in(held)), *deletions]


def _check_whole(hub: Hub, repo: str, oid: str, pieces: Sequence[Piece]) -> None:
    """Raise HubError where a commit lacks a file: it gets no tag then."""
    held = hub.held(repo, oid)
    lacking = [piece.name for piece in pieces if not piece.is_in(held)]
    if lacking:
        raise HubError(f"{repo!r} took a commit without {lacking[0]!r}: it has no tag; push once more")
