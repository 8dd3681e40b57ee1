"""What to build: a source, its fields, and the operators chosen with their options."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from mmhub.errors import near
from mmhub.recipes.balance import WEIGHT, Balance
from mmhub.recipes.downloads import Downloads
from mmhub.recipes.fields import PLAIN_TYPES as PLAIN_TYPES
from mmhub.recipes.fields import Column as Column
from mmhub.recipes.fields import PlainType as PlainType
from mmhub.recipes.parts import Part as Part
from mmhub.recipes.splits import Splits

Index = Literal["flat", "hnsw"]
"""A kind of index of vectors: all of them compared, or a graph that finds nearly all of the nearest, sooner."""


class Step(Part):
    """An operator as the recipe uses it."""

    use: str
    """The operator, such as ``image/sharpness``."""
    name: str = ""
    """What the step is called; by default like its operator."""
    fields: tuple[str, ...] = ()
    """The fields it reads: by default every field of a modality it understands. An aligner reads two."""
    vectors: str = ""
    """For an aligner that reads vectors: the encoder step that made them, where there is more than one."""
    options: dict[str, Any] = Field(default_factory=dict)
    """The operator's options."""
    rules: dict[str, bool | dict[str, Any]] = Field(default_factory=dict)
    """By reason: parameters other than the operator's, ``false`` to switch a rule off, or a rule of one's own."""

    publish: tuple[str, ...] = ()
    """The facts of the step that are columns of the dataset, called ``<field>_<fact>`` as in ``transcript_words``."""
    impute: Literal["mean", "median", "neighbours", "iterative", "ridge"] | None = None
    """How the facts of rows that lack the field are made up, for rules that read them; ``ridge`` makes up the vectors
    of an encoder, from those of the fields a row has. What is made up is marked. By default nothing is."""
    index: Index | None = None
    """For an encoder: the kind of FAISS index by which `mmhub search` finds its vectors, ``flat`` or ``hnsw``. It is
    built by the first search. Without one, every vector is compared."""

    def __init__(self, use: str | None = None, /, **values: Any) -> None:
        super().__init__(**({"use": use} if use is not None else {}), **values)

    @field_validator("fields", "publish", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @property
    def called(self) -> str:
        """The name of the step."""
        return self.name or self.use


class From(Part):
    """The source of a recipe and its options."""

    use: str = ""
    """The source; by default the script's own ``rows()``."""
    options: dict[str, Any] = Field(default_factory=dict)
    """The source's options, such as ``data_dir``."""
    downloads: Downloads = Downloads()
    """How media are downloaded whose values are URLs."""


class Recipe(Part):
    """What to build. It chooses; what can be chosen is what the installed plugins offer."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=96)
    """The name of the dataset."""
    summary: str = ""
    """What the dataset is, in a sentence."""
    licence: str = ""
    """The licence of the source, such as ``cc-by-4.0``."""
    homepage: str = ""
    """Where the source is described."""
    source: From = From()
    """Where rows come from."""
    fields: dict[str, Column | None]
    """The columns of the dataset by name; ``null`` leaves out one that an extended recipe has."""
    segment: Step | None = None
    """The segmenter that cuts rows, where rows are cut."""
    steps: tuple[Step, ...] = ()
    """The operators, in order: repairs are applied in this order, and the first rule that fails gives the reason."""
    splits: Splits | None = None
    """Which split each row is in, where the source does not say, or not well."""
    balance: Balance | None = None
    """What is done about classes of unequal size."""
    allow_licences: tuple[str, ...] = ()
    """The licences of weights that may be used although they forbid commerce, such as ``cc-by-nc-4.0``."""
    keep_ids: tuple[str, ...] | Path | None = None
    """Row ids to keep, or a file with one per line; all others are dropped for ``not-listed``."""
    deny_ids: tuple[str, ...] | Path | None = None
    """Row ids to drop for ``denied``, or a file with one per line."""

    @model_validator(mode="after")
    def _step_names_differ(self) -> "Recipe":
        names = [step.called for step in self.steps]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two steps are called {twice[0]!r}: give one of them a name of its own")
        return self

    @model_validator(mode="after")
    def _splits_go_by_fields(self) -> "Recipe":
        for part, name in (
            ("splits", self.splits and self.splits.field),
            ("balance", self.balance and self.balance.field),
        ):
            if name and name not in self.columns:
                raise ValueError(f"{part} go by a field {name!r} the recipe does not have{near(name, self.columns)}")
            if name and self.columns[name].many:
                raise ValueError(f"{part} go by single values, and {name!r} holds lists")
        if self.splits and self.splits.how == "stratified" and self.segment:
            raise ValueError("stratified splits would part the units that one row is cut into: take hashed or grouped")
        if self.balance and self.balance.how == "weights" and WEIGHT in self.columns:
            raise ValueError(f"balance adds a column {WEIGHT!r}, which is a field already: give that another name")
        return self

    @property
    def columns(self) -> dict[str, Column]:
        """The fields that are not left out."""
        return {name: column for name, column in self.fields.items() if column is not None}
