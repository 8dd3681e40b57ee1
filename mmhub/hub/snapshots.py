"""A published version as it lies in the cache of this machine: exactly that one, and every file as it was published."""

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmhub.errors import HubError
from mmhub.exporting.layout import MANIFEST
from mmhub.hub.connection import KIND, Hub
from mmhub.hub.refusals import in_words, is_passing
from mmhub.version import is_number, parts_of

_LOG = logging.getLogger(__name__)


def snapshot(wanted: str) -> tuple[Path, dict[str, Any]]:
    """Return the folder of the published version ``owner/name@1.0.0``, complete and checked, and its manifest.

    It is taken from the cache where it is there, as tags never move. Without a number it is the newest version on
    the Hub, or, where that cannot be asked, in the cache. Raises HubError where the version is not to be had, or a
    file is not as it was published.
    """
    from huggingface_hub import HfApi

    repo, _, number = wanted.partition("@")
    hub = Hub(HfApi(library_name="mmhub"))
    revision = f"v{number.removeprefix('v')}" if number else newest_tag(hub, repo)
    folder = cached(repo, revision)
    if folder is None:
        folder = _fetched(hub, repo, revision)
    manifest = manifest_in(folder)
    assert manifest is not None
    _check(folder, manifest)
    return folder, manifest


def newest_tag(hub: Hub, repo: str) -> str:
    """Return the newest tag of a repository, or the newest in the cache where the Hub cannot be asked."""
    from httpx2 import HTTPError

    here = _cached_tags(repo)
    with in_words(hub.endpoint, repo):
        try:
            tags = list(hub.tags_at_once(repo))
        except (HTTPError, OSError) as error:
            if not here or not (is_passing(error) or _is_offline(error)):
                raise
            _LOG.warning(
                "%s cannot be asked for the newest version of %s: this is %s, the newest on this machine",
                hub.endpoint,
                repo,
                here[-1],
            )
            return here[-1]
    if not tags:
        raise HubError(f"{repo!r} has no version on {hub.endpoint}: none of its tags is one, such as v1.0.0")
    return tags[-1]


def _is_offline(error: BaseException) -> bool:
    from huggingface_hub.errors import OfflineModeIsEnabled

    return isinstance(error, OfflineModeIsEnabled)


def _fetched(hub: Hub, repo: str, revision: str) -> Path:
    """Download a version into the cache, and return its folder."""
    from huggingface_hub.errors import OfflineModeIsEnabled, RevisionNotFoundError

    with in_words(hub.endpoint, repo):
        try:
            oid = hub.api.repo_info(repo, repo_type=KIND, revision=revision).sha
            hub.api.snapshot_download(repo, repo_type=KIND, revision=revision)
        except OfflineModeIsEnabled as error:
            there = ", ".join(_cached_tags(repo)) or "no version of it"
            raise HubError(
                f"{repo}@{revision.removeprefix('v')} is not complete on this machine, which has {there}, and "
                "HF_HUB_OFFLINE is set: unset it for once, so that it can be downloaded"
            ) from error
        except RevisionNotFoundError as error:
            there = ", ".join(hub.tags_at_once(repo)) or "none"
            raise HubError(f"{repo!r} has no version {revision!r}; its versions are: {there}") from error
    folder = cached(repo, revision)
    if folder is None or folder.name != oid:
        raise HubError(f"{repo}@{revision.removeprefix('v')} did not arrive whole from {hub.endpoint}: try again")
    return folder


def cached(repo: str, revision: str) -> Path | None:
    """Return the folder of a version in the cache, or None where it is not there with all its files."""
    place = place_of(repo)
    reference = place / "refs" / revision
    if not reference.is_file():
        return None
    folder = place / "snapshots" / reference.read_text(encoding="utf-8").strip()
    manifest = manifest_in(folder)
    whole = manifest is not None and all((folder / name).is_file() for name in manifest["files"])
    return folder if whole else None


def _cached_tags(repo: str) -> list[str]:
    """Return the versions of a repository that are in the cache as a whole, the oldest first."""
    found = (path.name for path in (place_of(repo) / "refs").glob("v*") if is_number(path.name.removeprefix("v")))
    whole = [name for name in found if cached(repo, name)]
    return sorted(whole, key=lambda name: parts_of(name.removeprefix("v")))


def place_of(repo: str) -> Path:
    """Return the folder of a repository in the cache of this machine."""
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE) / f"datasets--{repo.replace('/', '--')}"


def manifest_in(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of the version in a folder, or None where there is none."""
    path = folder / MANIFEST
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def _check(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Raise HubError for a file that is not as it was published; files that were found well are not read again."""
    seen = folder.parents[1] / "mmhub" / f"{folder.name}.json"
    stamps = {name: _stamp(folder / name) for name in manifest["files"]}
    if seen.is_file() and json.loads(seen.read_text(encoding="utf-8")) == stamps:
        return
    for name, said in manifest["files"].items():
        with (folder / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != said["sha256"]:
            raise HubError(
                f"{name!r} is not as it was published: its sha256 is {found[:12]}…, and {said['sha256'][:12]}… in "
                f"{MANIFEST}; remove {str((folder / name).resolve())!r}, and it is downloaded again"
            )
    _remember(seen, stamps)


def _stamp(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]


def _remember(seen: Path, stamps: Mapping[str, list[int]]) -> None:
    try:
        seen.parent.mkdir(exist_ok=True)
        draft = seen.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(stamps), encoding="utf-8")
        draft.replace(seen)
    except OSError:
        # A cache that cannot be written is read again the next time.
        return
