"""A version goes to the Hub: file by file, then one commit, then its tag."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from mmhub.errors import HubError
from mmhub.exporting.card import Published
from mmhub.exporting.layout import files
from mmhub.exporting.rows import Rows
from mmhub.hub.committing import already, check_ours, is_older, is_there, publish, tag
from mmhub.hub.connection import KIND, Hub
from mmhub.hub.licences import concerns, model_licences
from mmhub.hub.patience import patiently
from mmhub.hub.progress import Event, Listener
from mmhub.hub.refusals import in_words, status
from mmhub.hub.sending import send
from mmhub.store import Store
from mmhub.version import Version, find

Confirm = Callable[[Sequence[str]], bool]
"""Is told which licences forbid commercial use, and answers whether to publish for all the same."""


@dataclass(frozen=True)
class Pushed:
    """What was published and where: ``sent`` files of ``bytes`` in all were sent, ``kept`` ones were there.

    ``already`` says that the version was on the Hub as it is, so that nothing was done.
    """

    version: str
    identity: str
    repo: str
    endpoint: str
    revision: str
    commit: str
    private: bool
    already: bool
    sent: int = 0
    bytes: int = 0
    kept: int = 0

    @property
    def url(self) -> str:
        """Where people look at it."""
        return f"{self.endpoint}/datasets/{self.repo}/tree/{self.revision}"

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {**asdict(self), "url": self.url}


def push(
    wanted: str,
    hub: Hub,
    *,
    to: str | None = None,
    store: Path | str | None = None,
    public: bool = False,
    confirm: Confirm = lambda _: False,
    listener: Listener = lambda _: None,
) -> Pushed:
    """Publish the version ``wanted`` in the repository ``to``, by default that of the user with the dataset's name.

    A new repository is private unless ``public``. Where it is public and a licence forbids commercial use,
    ``confirm`` is asked. Interrupted at any moment, the same call goes on from there. Raises HubError, whose message
    says what is wrong and what to do, and VersionError where there is no such version.
    """
    home = Store.at(store)
    version = find(home, wanted)
    if not version.manifest["splits"]:
        raise HubError(f"{str(version)!r} kept no row, so that there is nothing to publish")
    repo = to or f"{hub.user}/{version.name}"
    with in_words(hub.endpoint, repo, folder=str(home.root)):
        private = hub.is_private(repo)
        if private is not None and (oid := already(hub, repo, version)):
            return _pushed(hub, repo, version, oid, private=private, already=True)
        licences = model_licences(version, hub)
        if private is False or (private is None and public):
            _ask(version, concerns(version, licences), confirm)
        private = _made(hub, repo, private=not public) if private is None else private
        tally = Tally(listener)
        oid = _publish(hub, repo, version, home, Published(repo, licences), tally)
        amounts = {"sent": tally.sent, "bytes": tally.bytes, "kept": tally.kept}
        return _pushed(hub, repo, version, oid, private=private, already=False, **amounts)


class Tally:
    """Counts what is sent, and passes on what it hears."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.sent = self.bytes = self.kept = 0

    def __call__(self, event: Event) -> None:
        """Take note of an event."""
        self.sent += event.kind == "sent"
        self.bytes += event.amount if event.kind == "sent" else 0
        self.kept += event.kind == "kept"
        self._listener(event)


def _publish(hub: Hub, repo: str, version: Version, store: Store, published: Published, listener: Listener) -> str:
    held = hub.held(repo, "main")
    check_ours(repo, held, version)
    if is_there(version, held) and not is_older(version, held):
        # An earlier push ended between its commit and its tag.
        return tag(hub, repo, version, held.oid, listener)
    with store.in_use(), _drafts(store) as folder, _quiet():
        rows = Rows(version, store, lambda done, total: listener(Event("wrote", "", done, total)))
        pieces = send(files(rows, folder, published), hub, repo, held, listener)
        return publish(hub, repo, version, pieces, listener)


@contextmanager
def _drafts(store: Store) -> Iterator[Path]:
    """Give a folder in the store for files on their way; what a killed push leaves there, the next build removes."""
    folder = store.objects / f".{uuid4().hex}.tmp"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the Hub's client from drawing bars of its own."""
    from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    if are_progress_bars_disabled():
        yield
        return
    disable_progress_bars()
    try:
        yield
    finally:
        enable_progress_bars()


def _made(hub: Hub, repo: str, *, private: bool) -> bool:
    """Make a repository, and return whether it is private; somebody else may have made it a moment ago."""
    from huggingface_hub.errors import HfHubHTTPError

    try:
        patiently(lambda: hub.api.create_repo(repo, repo_type=KIND, private=private, exist_ok=True))
    except HfHubHTTPError as error:
        if status(error) not in (401, 403, 404):
            raise
        raise HubError(
            f"the token of {hub.user!r} may not make {repo!r} on {hub.endpoint}: name a repository of your own with "
            "`--to`, or use a token with the role `write`"
        ) from error
    return bool(hub.is_private(repo))


def _ask(version: Version, told: Sequence[str], confirm: Confirm) -> None:
    if told and not confirm(told):
        raise HubError(
            f"{str(version)!r} is not published for all: {'; '.join(told)}, which forbids commercial use; "
            "say `--yes` to publish it all the same, or leave `--public` out"
        )


def _pushed(hub: Hub, repo: str, version: Version, oid: str, *, private: bool, already: bool, **amounts: int) -> Pushed:
    return Pushed(
        version=str(version),
        identity=version.identity,
        repo=repo,
        endpoint=hub.endpoint,
        revision=f"v{version.number}",
        commit=oid,
        private=private,
        already=already,
        **amounts,
    )
