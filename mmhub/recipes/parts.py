"""What all parts of a recipe have in common."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of a recipe: frozen, and without room for unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")
