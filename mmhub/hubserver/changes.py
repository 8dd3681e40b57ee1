"""What a commit changes, as clients send it: one JSON object a line."""

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from mmhub.hubserver.bodies import not_understood
from mmhub.hubserver.refusals import Refusal


class Header(BaseModel):
    """What a commit is called, and which one it follows."""

    summary: str
    description: str | None = None
    parentCommit: str | None = None


class RegularFile(BaseModel):
    """A file whose bytes come with the commit."""

    path: str
    content: str
    encoding: str = "utf-8"

    def data(self) -> bytes:
        """Return the bytes."""
        if self.encoding != "base64":
            return self.content.encode("utf-8", "surrogatepass")
        try:
            return base64.b64decode(self.content, validate=True)
        except binascii.Error as error:
            raise Refusal(400, f"the content of {self.path!r} is no base64: {error}") from error


class LargeFile(BaseModel):
    """A file whose bytes were uploaded before the commit."""

    path: str
    oid: str
    size: int | None = None


class DeletedFile(BaseModel):
    """A file to delete."""

    path: str


class DeletedFolder(BaseModel):
    """A folder to delete."""

    path: str


Change = RegularFile | LargeFile | DeletedFile | DeletedFolder
_CHANGES: dict[str, type[Change]] = {
    "file": RegularFile,
    "lfsFile": LargeFile,
    "deletedFile": DeletedFile,
    "deletedFolder": DeletedFolder,
}


def parsed_commit(data: bytes) -> tuple[Header, list[Change]]:
    """Return the header and the changes of a commit, which come one a line."""
    header, changes = None, []
    try:
        for key, value in _lines(data):
            if key == "header":
                header = Header.model_validate(value)
            elif key in _CHANGES:
                changes.append(_CHANGES[key].model_validate(value))
            else:
                raise Refusal(400, f"the Hub does not know the change {key!r}")
    except ValidationError as error:
        raise not_understood(error) from error
    if header is None:
        raise Refusal(400, "the commit has no header")
    return header, changes


def _lines(data: bytes) -> Iterator[tuple[str, Any]]:
    for line in data.splitlines():
        if line.strip():
            try:
                row = json.loads(line)
                yield str(row["key"]), row["value"]
            except (ValueError, KeyError, TypeError) as error:
                raise Refusal(400, f"a line of the commit was not understood: {error!r}") from error
