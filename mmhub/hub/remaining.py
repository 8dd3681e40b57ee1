"""What a takedown leaves on the Hub, as no call rewrites it or as it is no version: told, so that a person goes on."""

from typing import TYPE_CHECKING

from mmhub.hub.connection import KIND, Hub
from mmhub.hub.patience import patiently
from mmhub.version import is_number

if TYPE_CHECKING:
    from huggingface_hub.hf_api import GitRefInfo, GitRefs

Files = dict[str, frozenset[str]]
"""The hashes of the files of each branch and tag, by its full name."""


def all_refs(hub: Hub, repo: str) -> "GitRefs":
    """Return the branches, tags, pull requests and converted copies of a repository."""
    return patiently(lambda: hub.api.list_repo_refs(repo, repo_type=KIND, include_pull_requests=True))


def files_of(hub: Hub, repo: str, refs: "GitRefs") -> Files:
    """Return what each branch and each tag refers to now."""
    named = (*refs.branches, *refs.tags)
    return {each.ref: frozenset(hub.held(repo, each.ref).files.values()) for each in named}


def remaining(hub: Hub, repo: str, refs: "GitRefs", files: Files) -> list[str]:
    """Return a sentence for each kind of ref that may still hold rows which were taken down."""
    notes = []
    known = frozenset[str]().union(*(files[each.ref] for each in (*refs.branches, *refs.tags) if _is_version(each)))
    if more := [each.name for each in (*refs.branches, *refs.tags) if not files[each.ref] <= known]:
        notes.append(f"{', '.join(more)} hold files that no version has: delete them if these rows are in there")
    if refs.converts:
        copies = ", ".join(each.ref for each in refs.converts)
        notes.append(f"{copies}: copies that the Hub itself makes, with these rows until it has made them anew")
    if refs.pull_requests:
        asked = ", ".join(each.ref for each in refs.pull_requests)
        where = f"{hub.endpoint}/datasets/{repo}/discussions"
        notes.append(
            f"{asked}: pull requests keep their commits, maybe with these rows: close them on {where}, "
            "then choose 'Delete ref' there"
        )
    return notes


def _is_version(ref: "GitRefInfo") -> bool:
    return ref.ref == "refs/heads/main" or is_number(ref.name.removeprefix("v"))
