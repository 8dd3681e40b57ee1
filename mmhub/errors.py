"""The errors mmhub raises on purpose, each a sentence its reader can act on."""

import difflib
import errno
from collections.abc import Iterable

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""The numbers of an OSError by which a disk says that it has no room."""
LOCKED = {errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}
"""Those by which it, or its owner, says that it may not be read or written."""


class MmhubError(Exception):
    """Something a user can fix; the command line prints it without a traceback."""


class RecipeError(MmhubError):
    """A recipe, or a setting given for it, does not hold together."""


class PluginError(MmhubError):
    """An installed plugin clashes with another, or breaks its contract."""


class SourceError(MmhubError):
    """A source cannot be read at all, as when its folder is missing."""


class ModelError(MmhubError):
    """The weights of a model cannot be had."""


class StoreError(MmhubError):
    """The store cannot be read or written."""


class WorkerError(MmhubError):
    """Worker processes cannot be started, or do not live long enough to do anything."""


class VersionError(MmhubError):
    """A version was asked for that the store does not hold."""


class ExportError(MmhubError):
    """A version cannot be written in the form or to the place that was asked for."""


class HubError(MmhubError):
    """A version cannot be published on a Hub, or had from it."""


class Undecodable(Exception):
    """A value cannot be decoded: it is quarantined under ``reason``, its row with it.

    ``reason`` is a short slug such as ``truncated``; ``message`` says what the decoder found.
    """

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(reason, message)
        self.reason = reason
        self.message = message


def near(name: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for the known name nearest to this one, or nothing."""
    matches = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f"; did you mean {matches[0]!r}?" if matches else ""
