"""What shapes the facts of an operator: its options, and those that every model has."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Options(BaseModel):
    """The options of an operator: subclass it with typed fields, a default for each and a docstring under it.

    Every option is part of the key of the facts it shapes: changing one measures anew.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelOptions(Options):
    """The options every encoder has whose vectors come out of a model."""

    model: str
    """A model of the Hub (``openai/clip-vit-base-patch32``), a folder, or ``package:name`` for shipped weights."""
    revision: str = "main"
    """The branch, tag or commit of the model on the Hub."""
    dtype: Literal["float32", "bfloat16", "float16"] = "float32"
    """The type the forward pass computes in."""
    normalise: bool = True
    """Whether vectors are scaled to length one."""
    batch_size: int = Field(default=32, ge=1)
    """Values per forward pass. Each pass has exactly this many, so that a vector depends on its value alone."""
