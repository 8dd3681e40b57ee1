"""What a Hub answers when it will not do as asked, in the terms its clients understand."""

import sqlite3
from collections.abc import Mapping

from mmhub.errors import FULL


class Refusal(Exception):
    """An answer other than success: a status, a sentence, and the code by which clients choose their exception."""

    def __init__(
        self, status: int, message: str, *, code: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = {"X-Error-Message": _as_header(message), **(headers or {})}
        if code:
            self.headers["X-Error-Code"] = code


def no_repository() -> Refusal:
    """Return the answer for a repository that does not exist, or that the asker may not know of."""
    return Refusal(404, "Repository not found", code="RepoNotFound")


def no_revision(revision: str) -> Refusal:
    """Return the answer for a branch, tag or commit that does not exist."""
    return Refusal(404, f"Invalid rev id: {revision}", code="RevisionNotFound")


def no_entry(message: str, *, commit: str) -> Refusal:
    """Return the answer for a file or folder that ``commit`` does not have."""
    return Refusal(404, message, code="EntryNotFound", headers={"X-Repo-Commit": commit})


def no_credentials() -> Refusal:
    """Return the answer for a token that is missing where one is needed."""
    return Refusal(401, "This takes the token of the Hub's owner: set HF_TOKEN to it")


def wrong_credentials() -> Refusal:
    """Return the answer for a token that is not the owner's; clients know this sentence."""
    return Refusal(401, "Invalid credentials in Authorization header")


def no_room(why: str) -> Refusal:
    """Return the answer where the disk is too small for what is to come."""
    return Refusal(507, f"{why}: make room on it, or run `mmhub hub gc` there, and push again")


def of_storage(error: OSError | sqlite3.Error) -> Refusal | None:
    """Return the answer for a full disk or a busy database, or nothing for what is a bug."""
    if isinstance(error, OSError):
        full, busy = error.errno in FULL, False
    else:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        full, busy = code == sqlite3.SQLITE_FULL, code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    if full:
        return no_room("The disk of the Hub is full")
    if busy:
        return Refusal(503, "The Hub is busy with other commits: try again", headers={"Retry-After": "1"})
    return None


def _as_header(message: str) -> str:
    """Return a message as one line of the characters that a header may hold."""
    return " ".join(message.split()).encode("latin-1", "replace").decode("latin-1")
