"""A takedown on the Hub: rows leave every commit that can still be reached, and the files that held them go."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mmhub.hub.connection import KIND, Hub
from mmhub.hub.patience import patiently
from mmhub.hub.progress import Listener
from mmhub.hub.push import Pushed, push
from mmhub.hub.refusals import in_words, status
from mmhub.hub.remaining import Files, all_refs, files_of, remaining

_BETWEEN = "squashing"


@dataclass(frozen=True)
class Erased:
    """What a takedown did: the version pushed, tags deleted, tags set anew, files deleted, and what it could not do."""

    pushed: Pushed
    deleted: list[str]
    renewed: list[str]
    files: int
    notes: list[str]


def erase(
    name: str,
    hub: Hub,
    *,
    withdrawn: Collection[str],
    to: str | None = None,
    store: Path | str | None = None,
    listener: Listener = lambda _: None,
) -> Erased:
    """Publish the newest version of ``name``, and remove from the Hub what the versions ``withdrawn`` held.

    Tags of the numbers in ``withdrawn`` are deleted. Every branch, and every tag that stays, becomes one commit
    without a past, as a past may hold the rows. Large files that no branch and no tag refers to are deleted where the
    Hub can do so. What else may hold the rows, such as pull requests, is noted. It can be repeated. Raises HubError.
    """
    repo = to or f"{hub.user}/{name}"
    pushed = push(name, hub, to=repo, store=store, confirm=lambda _: True, listener=listener)
    with in_words(hub.endpoint, repo):
        deleted = [tag for tag in hub.tags(repo) if tag.removeprefix("v") in withdrawn]
        for tag in deleted:
            patiently(partial(hub.api.delete_tag, repo, tag=tag, repo_type=KIND))
        versions = list(hub.tags(repo))
        renewed = [*versions, *sorted({each.name for each in all_refs(hub, repo).tags} - set(versions))]
        for tag in renewed:
            _renew(hub, repo, tag)
        refs = all_refs(hub, repo)
        for branch in refs.branches:
            patiently(partial(_squash, hub, repo, branch.name, pushed.version))
        left = files_of(hub, repo, refs)
        files, notes = _delete_files(hub, repo, left)
        return Erased(pushed, deleted, renewed, files, [*notes, *remaining(hub, repo, refs, left)])


def _squash(hub: Hub, repo: str, branch: str, message: str) -> None:
    """Make a branch one commit without a past."""
    hub.api.super_squash_history(repo, branch=branch, repo_type=KIND, commit_message=message)


def _renew(hub: Hub, repo: str, tag: str) -> None:
    """Set a tag on a commit with the same files and no past."""
    hub.delete_branch(repo, _BETWEEN)
    patiently(lambda: hub.api.create_branch(repo, branch=_BETWEEN, revision=tag, repo_type=KIND))
    patiently(lambda: _squash(hub, repo, _BETWEEN, tag))
    oid = hub.api.repo_info(repo, repo_type=KIND, revision=_BETWEEN).sha
    patiently(lambda: hub.api.delete_tag(repo, tag=tag, repo_type=KIND))
    patiently(lambda: hub.api.create_tag(repo, tag=tag, revision=oid, repo_type=KIND))
    hub.delete_branch(repo, _BETWEEN)


def _delete_files(hub: Hub, repo: str, left: Files) -> tuple[int, list[str]]:
    """Delete the large files that no branch and no tag refers to; return how many, and what could not be done."""
    from huggingface_hub.errors import HfHubHTTPError

    needed = frozenset[str]().union(*left.values())
    try:
        stale = [each for each in hub.api.list_lfs_files(repo, repo_type=KIND) if each.file_oid not in needed]
        hub.api.permanently_delete_lfs_files(repo, stale, repo_type=KIND)
    except HfHubHTTPError as error:
        if status(error) not in (404, 405, 501):
            raise
        return 0, [f"{hub.endpoint} deletes no single files: what no commit refers to goes with its own cleaning"]
    return len(stale), []
