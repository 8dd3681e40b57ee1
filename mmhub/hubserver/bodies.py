"""What clients send, parsed once."""

from typing import Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from mmhub.hubserver.refusals import Refusal

Kind = Literal["model", "dataset", "space"]


class NewRepository(BaseModel):
    """The repository to make or delete: within ``organization``, or else the owner's own."""

    name: str
    organization: str | None = None
    type: Kind | None = "model"
    private: bool | None = None
    visibility: str | None = None


class Settings(BaseModel):
    """What is to change about a repository."""

    private: bool | None = None
    visibility: str | None = None


class NewBranch(BaseModel):
    """Where a branch begins."""

    startingPoint: str | None = None


class NewTag(BaseModel):
    """The tag to make."""

    tag: str
    message: str | None = None


class Squash(BaseModel):
    """How the one commit that is left is called."""

    message: str | None = None


class Deletions(BaseModel):
    """Large files to delete for good, by their sha256."""

    sha: list[str]
    rewriteHistory: bool = True


class DeletionBatch(BaseModel):
    """Large files to delete for good."""

    deletions: Deletions


class Candidate(BaseModel):
    """A file that a client is about to commit, with its first bytes."""

    path: str
    size: int = Field(ge=0)
    sample: str = ""


class Candidates(BaseModel):
    """Files that a client is about to commit."""

    files: list[Candidate]
    gitIgnore: str | None = None


class PathsWanted(BaseModel):
    """The paths a client wants to know about."""

    paths: list[str] = []
    expand: bool = False


class Card(BaseModel):
    """A README with its YAML."""

    content: str


class LfsObject(BaseModel):
    """A large file to be uploaded or downloaded."""

    oid: str
    size: int = Field(ge=0)


class LfsBatch(BaseModel):
    """Large files to be uploaded or downloaded, and how the client can do so."""

    operation: Literal["upload", "download"]
    objects: list[LfsObject]
    transfers: list[str] = []


Body = TypeVar("Body", bound=BaseModel)


def parsed(model: type[Body], data: bytes) -> Body:
    """Return a body as ``model``; refuse what is not such a one."""
    try:
        return model.model_validate_json(data or b"{}")
    except ValidationError as error:
        raise not_understood(error) from error


def not_understood(error: ValidationError) -> Refusal:
    """Return the answer to a body that is not what was expected, with the first fault in it."""
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return Refusal(400, f"the request was not understood: {where}: {first['msg']}")
