"""A Hub, and what it holds of a dataset."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mmhub.errors import HubError
from mmhub.exporting.layout import MANIFEST
from mmhub.hub.patience import patiently
from mmhub.hub.refusals import LOG_IN, in_words, status
from mmhub.version import is_number, parts_of

if TYPE_CHECKING:
    from huggingface_hub import HfApi

KIND = "dataset"
_UNTOUCHED = {".gitattributes"}


@dataclass(frozen=True)
class Held:
    """The state of a repository at one commit: its files, each with the hash it is known by, and its manifest.

    Large files are known by the sha256 of their bytes, others by the sha1 of their blob in git.
    """

    oid: str
    files: dict[str, str]
    manifest: dict[str, Any] | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing but what a new repository has."""
        return not set(self.files) - _UNTOUCHED


@dataclass(frozen=True)
class Hub:
    """A Hub that is spoken to with a token, which nothing prints or writes down."""

    api: "HfApi"

    @property
    def endpoint(self) -> str:
        """Where the Hub is."""
        return str(self.api.endpoint)

    @cached_property
    def user(self) -> str:
        """Who the token belongs to."""
        with in_words(self.endpoint):
            return str(self.api.whoami()["name"])

    def is_private(self, repo: str) -> bool | None:
        """Whether a dataset is private; None where there is none."""
        from huggingface_hub.errors import RepositoryNotFoundError

        try:
            return bool(patiently(lambda: self.api.repo_info(repo, repo_type=KIND)).private)
        except RepositoryNotFoundError:
            return None

    def tags(self, repo: str) -> dict[str, str]:
        """Return the tags of versions, ``v1.0.0``, each with its commit, the oldest version first."""
        return patiently(lambda: self.tags_at_once(repo))

    def tags_at_once(self, repo: str) -> dict[str, str]:
        """Return the same, or raise what comes up, without waiting for a Hub that does not answer."""
        refs = self.api.list_repo_refs(repo, repo_type=KIND).tags
        found = {each.name: str(each.target_commit) for each in refs if is_number(each.name.removeprefix("v"))}
        return {name: found[name] for name in sorted(found, key=lambda name: parts_of(name.removeprefix("v")))}

    def held(self, repo: str, revision: str) -> Held:
        """Return what a repository holds at a revision."""
        from huggingface_hub.hf_api import RepoFile

        oid = str(patiently(lambda: self.api.repo_info(repo, repo_type=KIND, revision=revision)).sha)
        entries = patiently(lambda: list(self.api.list_repo_tree(repo, repo_type=KIND, revision=oid, recursive=True)))
        files = {
            each.path: each.lfs.sha256 if each.lfs else each.blob_id for each in entries if isinstance(each, RepoFile)
        }
        return Held(oid, files, self.manifest(repo, oid) if MANIFEST in files else None)

    def manifest(self, repo: str, revision: str) -> dict[str, Any]:
        """Return the manifest that a repository holds at a revision."""
        from huggingface_hub import get_session, hf_hub_url
        from huggingface_hub.utils import build_hf_headers, hf_raise_for_status  # type: ignore[attr-defined]

        url = hf_hub_url(repo, MANIFEST, repo_type=KIND, revision=revision, endpoint=self.endpoint)
        headers = build_hf_headers(token=self.api.token, library_name="mmhub")

        def ask() -> dict[str, Any]:
            response = get_session().get(url, headers=headers, follow_redirects=True)
            hf_raise_for_status(response)
            return dict(json.loads(response.content))

        return patiently(ask)

    def delete_branch(self, repo: str, name: str) -> None:
        """Delete a branch, if it is there."""
        from huggingface_hub.errors import HfHubHTTPError

        try:
            patiently(lambda: self.api.delete_branch(repo, branch=name, repo_type=KIND))
        except HfHubHTTPError as error:
            if status(error) not in (404, 422):
                raise


def connect(endpoint: str | None = None, *, token: str | None = None) -> Hub:
    """Return a Hub, by default that of HF_ENDPOINT, with the token that the Hub's own tools know.

    Raises HubError where there is no token, it is not accepted, or the Hub cannot be reached.
    """
    from huggingface_hub import HfApi, get_token

    known = token or get_token()
    hub = Hub(HfApi(endpoint=endpoint, token=known, library_name="mmhub"))
    if not known:
        raise HubError(f"there is no token for {hub.endpoint}: {LOG_IN}")
    _ = hub.user
    return hub
