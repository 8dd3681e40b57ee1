"""The declarations a plugin answers with: what it understands, and what it offers to do with it.

Every declaration is frozen. The functions in it are module-level, so that a declaration can be listed, hashed
and sent to another process before anything runs. Nothing here imports torch or datasets.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Protocol

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.dataclasses import dataclass as checked

if TYPE_CHECKING:
    from mmhub.models.weights import Weights

Dtype = Literal["bool", "int64", "uint64", "float32", "float64", "string", "minhash", "spans"]
"""The type of a fact. A ``minhash`` is a signature: a list of uint32, as long for every value. ``spans`` are what was
found when, such as words with their times: a list of mappings with ``start`` and ``end`` (int64 ns), ``text`` and
``confidence`` (float32), of which the last two may be absent."""
Columns = Mapping[str, Sequence[Any] | np.ndarray]
"""Fact name to one value per value measured, in the same order; ``None`` where there is no answer."""


class Options(BaseModel):
    """The options of an operator: subclass it with typed fields, defaults and ``Field(description=…)``.

    Every option is part of the key of the facts it shapes: changing one measures anew.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


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


@dataclass(frozen=True)
class Media:
    """An encoded file, by its path or by its bytes; whoever reads it first opens it.

    Where ``length`` is given it is a part of the file at ``path``: so many bytes from ``offset`` on.
    """

    path: str | None = None
    data: bytes | None = None
    offset: int = 0
    length: int | None = None

    def read(self) -> bytes:
        """Return all bytes; raise EOFError where the file ends before its part does."""
        if self.data is not None:
            return self.data
        if self.length is None:
            return Path(self._place()).read_bytes()
        with Path(self._place()).open("rb") as file:
            file.seek(self.offset)
            data = file.read(self.length)
        if len(data) < self.length:
            raise EOFError(f"{self.path!r} ends {self.length - len(data)} bytes before the part that was asked for")
        return data

    def open(self) -> BinaryIO:
        """Return a binary stream over the bytes, at their start."""
        import io

        if self.data is not None or self.length is not None:
            return io.BytesIO(self.read())
        return Path(self._place()).open("rb")

    def size(self) -> int:
        """Return the number of bytes, without reading them."""
        if self.data is not None:
            return len(self.data)
        return self.length if self.length is not None else Path(self._place()).stat().st_size

    def _place(self) -> str:
        if self.path is None:
            raise ValueError("this Media has neither a path nor bytes")
        return self.path


@dataclass(frozen=True)
class Remote:
    """A file behind an ``http://`` or ``https://`` URL: a build downloads it, within what its recipe allows.

    Where ``sha256`` is given, in hexadecimal digits, a file with other bytes is not taken.
    """

    url: str
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class Modality:
    """A kind of value: how it is decoded for operators, encoded back, and published.

    ``decode`` turns a `Media` into whatever the modality's operators work on, and raises `Undecodable` for a
    file that is damaged in any part; views of it (luma, mono sound) should be lazy and cached. It runs in a
    worker process. A modality without ``decode`` is text: its values are ``str``.
    ``encode`` turns a repaired value back into the bytes to publish.
    ``feature`` names the `datasets` feature its bytes are published as; ``Value`` stands for text, or for plain
    bytes with a name where there is ``decode``.
    """

    name: str
    version: int
    summary: str
    feature: Literal["Image", "Audio", "Video", "Value"] = "Value"
    decode: Callable[[Media], Any] | None = None
    encode: Callable[[Any], bytes] | None = None


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something an operator finds out about a value: its name, its type, and what it means with its unit."""

    name: str
    dtype: Dtype
    summary: str
    over: Literal["value", "dataset"] = "value"
    """Whether it hangs on one value, or pair of values, alone, or on the whole dataset: see `Aligner`."""


@checked(frozen=True, config=ConfigDict(use_attribute_docstrings=True))
class Rule:
    """How one fact decides: a unit whose fact is outside the bounds is dropped for ``reason``.

    A fact that is absent (``None``) passes. ``relative`` says what the bounds are counted in: standard
    deviations from the mean (``std``), median absolute deviations, scaled by 1.4826, from the median
    (``robust``), or quantiles of the dataset (``quantile``); without it they are values of the fact.
    In a list field ``over="all"`` drops a unit when all its values fail, ``over="any"`` when one does.
    """

    fact: str
    """The fact that decides."""
    reason: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """Why a unit is dropped, in a word or two joined by hyphens."""
    at_least: float | None = None
    """The smallest value that passes."""
    at_most: float | None = None
    """The largest value that passes."""
    one_of: tuple[str | bool, ...] | None = None
    """The values that pass."""
    relative: Literal["std", "robust", "quantile"] | None = None
    """What the bounds are counted in, if not in units of the fact."""
    like: str = ""
    """A plain field that says what the fact should be, such as the duration that a table declares."""
    off_by: float = Field(default=0.0, ge=0)
    """By how much a number may differ from what that field says."""
    over: Literal["all", "any"] = "all"
    """How many values of a list have to fail for the unit to be dropped."""
    on: bool = True
    """Whether the rule applies."""


@checked(frozen=True, config=ConfigDict(use_attribute_docstrings=True, extra="forbid"))
class Best:
    """Which of several units that are alike is kept: the one whose fact is highest, or lowest.

    In a list field the best of its values counts. A unit without the fact comes last, and ties go by ``row_id``.
    """

    fact: str
    """A number: a fact of the same operator, or of another step as STEP.FACT (``image/sharpness.sharpness``)."""
    order: Literal["highest", "lowest"] = "highest"
    """Which end is best."""


@checked(frozen=True, config=ConfigDict(use_attribute_docstrings=True))
class Distinct:
    """Keep one of the units whose facts are equal, or alike.

    Of 64-bit hashes those are alike that differ in at most ``within`` bits; of MinHash signatures those of which
    a share of ``at_least`` agrees, which estimates the Jaccard similarity of the sets they stand for; of the
    ``vector`` of an encoder those the cosine of whose angle is ``at_least`` so much.

    Units are gone through in order of preference: the splits that do not give way, then what ``keep`` says, then
    ``row_id``. One that repeats a unit that was kept is dropped for ``reason``. So of any two that are kept none
    repeats the other, and nothing is dropped for its likeness to what was itself dropped.
    """

    fact: str
    """The fact that decides; ``vector`` for an encoder."""
    reason: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """Why a unit is dropped, in a word or two joined by hyphens."""
    within: int = Field(default=0, ge=0, le=8)
    """In how many bits two 64-bit hashes may differ and still be alike."""
    at_least: float | None = Field(default=None, gt=0, le=1)
    """What share of two MinHash signatures has to agree, or the cosine of two vectors to be, for them to be alike."""
    keep: Literal["first"] | Best = "first"
    """Which of several is kept: the first by ``row_id``, or the best by a fact, as in ``{fact: size.pixels}``."""
    over: Literal["all", "any"] = "all"
    """In a list field, whether all values of a unit have to be repeated for it to be dropped, or any."""
    pool: bool = False
    """Whether values of all fields a step reads are compared with one another, and not those of each field apart."""
    fields: tuple[str, ...] = ()
    """Of which of the fields a step reads the facts are compared: by default of all."""
    splits: Literal["together", "apart", "guarded"] = "together"
    """Whether all units are compared, or those of one split (``apart``), or of splits only one of which gives way."""
    gives_way: tuple[str, ...] = ("train",)
    """The splits whose units are dropped rather than those of others, the first of them most."""
    on: bool = True
    """Whether the rule applies."""

    @field_validator("fields", "gives_way", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value


@dataclass(frozen=True)
class Mended:
    """What a repair returns that has something to say of it: the value, and by name the facts it declares.

    ``value`` is the repaired value, or ``None`` where nothing was wrong. A fact that is left out is absent.
    """

    value: Any
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Cleaner:
    """A way to repair or measure single values of one modality, and the rules by which its facts may drop them.

    ``measure(values, options)`` returns one column per declared fact, as long as ``values``.
    ``repair(values, options)`` returns as many items: a repaired value, or ``None`` where nothing was wrong; or
    either as `Mended`, with the facts that ``repair_facts`` declares, such as by how much.
    ``values`` are what the modality decodes to. Repairs come before all measuring, in the recipe's order.
    Both run in a worker process.
    """

    name: str
    version: int
    modality: str
    summary: str
    options: type[Options] = Options
    facts: tuple[Fact, ...] = ()
    measure: Callable[[Sequence[Any], Any], Columns] | None = None
    repair: Callable[[Sequence[Any], Any], Sequence[Any]] | None = None
    repair_facts: tuple[Fact, ...] = ()
    rules: tuple[Rule | Distinct, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Aligner:
    """A way to relate two fields of a row: how well, or by how much, one fits the other.

    With ``reads="values"``, ``measure(lefts, rights, options)`` sees decoded values, in a worker process.
    With ``reads="vectors"`` it sees two float32 arrays ``[n, dim]`` which one encoder has made of the two fields,
    and decodes nothing. Where a field is a list, it is asked about each of its values.

    ``repair(lefts, rights, options)`` makes the left value fit the right one: it returns what a `Cleaner`'s repair
    does, for the left values. It sees what other repairs have left, and ``measure``, like all other steps, sees what
    it has made. As what is found out of such a left value then depends on both, it is kept under both. The right
    field holds single values; in a row without one nothing is repaired. It takes ``reads="values"``.

    ``overall(pairs, scores, options)`` finds out, with ``reads="vectors"``, the facts that are ``over="dataset"``,
    from `Pairs` of all rows and from the fact named ``score`` of each; it is asked when rows are decided on.
    """

    name: str
    version: int
    modalities: tuple[tuple[str, str], ...]
    summary: str
    reads: Literal["values", "vectors"] = "values"
    options: type[Options] = Options
    facts: tuple[Fact, ...] = ()
    measure: Callable[[Any, Any, Any], Columns]
    repair: Callable[[Sequence[Any], Sequence[Any], Any], Sequence[Any]] | None = None
    repair_facts: tuple[Fact, ...] = ()
    score: str = ""
    overall: Callable[["Pairs", np.ndarray, Any], "Overall"] | None = None
    rules: tuple[Rule | Distinct, ...] = ()


class PairOptions(Options):
    """The options of an aligner whose facts of several pairs of a row may be pooled into one."""

    pooling: Literal["each", "best", "mean"] = "each"
    """Where a field is a list: whether each of its values has facts of its own, or the row the best or the mean."""


@dataclass(frozen=True)
class Pairs:
    """All pairs of values of two fields that have vectors, for what hangs on the whole dataset.

    One field, the single one, has one value per row; the other has one or several. ``rows`` int64[n] is the row of
    each pair, ascending, and ``subjects`` int64[n] what it is a part of: itself, or its row where pairs are pooled.
    ``single`` and ``several`` return float32[m, dim] vectors of the pairs at some places, int64[m]; ``same_single``
    and ``same_several`` int64[n] are equal where these values are. ``standing`` bool[n] says which rows no absolute
    rule has dropped: what others are compared with. ``turns(seed)`` are all rows in an order that chance decides.
    """

    rows: np.ndarray
    subjects: np.ndarray
    single: Callable[[np.ndarray], np.ndarray]
    several: Callable[[np.ndarray], np.ndarray]
    same_single: np.ndarray
    same_several: np.ndarray
    standing: np.ndarray
    turns: Callable[[int], np.ndarray]
    names: Callable[[np.ndarray], Sequence[str]]


@dataclass(frozen=True)
class Overall:
    """What was found over all rows: facts by name, one value per subject, and plain data that the version records."""

    columns: Columns
    about: Mapping[str, Any]


Inputs = Mapping[str, np.ndarray]
"""What a model reads of one value: arrays without a batch axis, such as ``pixels`` uint8[224, 224, 3]."""


class Model(Protocol):
    """A loaded encoder. ``prepare`` is called from several threads, ahead of ``forward``.

    ``forward`` gets exactly ``batch_size`` prepared values of one bucket, and returns float32[batch_size, dim].
    """

    @property
    def dim(self) -> int:
        """Return the length of the vectors."""

    @property
    def batch_size(self) -> int:
        """Return how many values each forward pass takes."""

    def prepare(self, view: Any, modality: str) -> Inputs:
        """Return what the model reads of one value."""

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return the length to which inputs like these are padded; it depends on the value alone."""

    def forward(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        """Return one vector per value of the batch."""


@dataclass(frozen=True, kw_only=True)
class Encoder:
    """A way to turn values of one or more modalities into vectors of one space.

    ``view(value, options, modality)`` runs in the worker process that decoded the value; it returns the small
    part of it that the model needs (a uint8 array of 224 x 224 pixels, 16 kHz samples, the text itself).
    ``load(options, weights, device)`` runs once per process, and may import torch.
    ``weights(options, download)`` finds the weights; an encoder without any leaves it out.
    ``embedded`` holds the options that put small weights, shipped with the plugin, in place of the real ones.
    """

    name: str
    version: int
    modalities: tuple[str, ...]
    summary: str
    options: type[Options] = Options
    view: Callable[[Any, Any, str], Any]
    load: Callable[[Any, "Weights | None", str], Model]
    weights: Callable[[Any, bool], "Weights"] | None = None
    embedded: Mapping[str, Any] = field(default_factory=dict, hash=False)


class FuseOptions(Options):
    """The options every fuser has."""

    of: tuple[str, ...] = Field(min_length=2)
    """The vectors that are fused, in this order: encoder steps by name, or STEP@FIELD where one encodes several."""
    normalise: bool = True
    """Whether fused vectors are scaled to length one."""


@dataclass(frozen=True, kw_only=True)
class Fuser:
    """A way to make one vector of several that encoders have made of a row; it decodes nothing.

    ``fuse(parts, present, options, weights)`` gets an array float32[n, dim_i] for each part, of a list field the mean
    over its values, and bool[n, parts], which tells the parts a row has; of others the vectors are zeros. It returns
    float32[n, dim]. A row is fused by itself. ``weights(options, download)`` finds the weights of a head, where there
    is one.
    """

    name: str
    version: int
    summary: str
    options: type[FuseOptions] = FuseOptions
    fuse: Callable[[Sequence[np.ndarray], np.ndarray, Any, "Weights | None"], np.ndarray]
    weights: Callable[[Any, bool], "Weights"] | None = None


@dataclass(frozen=True)
class Segment:
    """A piece of a value that was cut: its bytes or text, and where it lay in its parent, in ns or characters.

    ``beside`` holds the pieces of the fields that were cut with it, in the order of ``Segmenter.beside``; where one
    is ``None`` the unit has nothing of that field.
    """

    start: int
    end: int
    value: bytes | str
    beside: tuple[bytes | str | None, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Segmenter:
    """A way to cut one row into segments by one of its values, before anything is measured on them.

    ``cut(value, options)`` returns the segments of a decoded value in order; it runs in a worker process. With
    ``reads="files"`` it gets the `Media` of every value, whether that decodes or not.

    Where ``beside`` names the modalities of other fields, these are cut together with the first: ``cut(value, *others,
    options)`` gets their decoded values too, ``None`` where a row has none, and returns pieces of each.
    """

    name: str
    version: int
    modality: str
    summary: str
    options: type[Options] = Options
    cut: Callable[..., Sequence[Segment]]
    reads: Literal["values", "files"] = "values"
    beside: tuple[str, ...] = ()


Row = Mapping[str, Any]
"""``row_id``, optionally ``split``, and the fields: ``str`` for text, or for media a path, bytes, `Media`, a URL or a
`Remote`; or lists of them.

An `Undecodable` in the place of a value says why it cannot be had, and quarantines its row for that reason.
"""


@dataclass(frozen=True)
class Lost:
    """A row of which nothing can be read, such as a broken line: it is quarantined for ``reason``.

    ``message`` says what was found and where, as in ``rows.csv:17: expected 5 values, found 4``.
    """

    row_id: str
    reason: str
    message: str


@dataclass(frozen=True)
class Remark:
    """Something a source has to say about itself and not about a row: it stands in the report of the build."""

    text: str


@dataclass(frozen=True)
class Planted:
    """A defect which a generated source planted on purpose, and the reasons or steps by which it counts as caught."""

    row_id: str
    defect: str
    caught_as: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Source:
    """A place rows come from.

    ``rows(options, folder)`` yields rows in a fixed order and reads no media. Between them it may yield what is
    `Lost`, and a `Remark`. A source whose files are generated
    has ``generate(options, folder)``, which is called once for each set of options and each version, and
    writes them into ``folder``; ``rows`` then gets that folder. Other sources get ``None``. With
    ``remote(options)`` ``generate`` needs a network, which a plan does not use. ``planted`` tells
    the defects a generated source holds; a row it does not name is clean.
    """

    name: str
    version: int
    summary: str
    options: type[Options] = Options
    rows: Callable[[Any, Path | None], Iterator[Row | Lost | Remark]]
    generate: Callable[[Any, Path], None] | None = None
    remote: Callable[[Any], bool] | None = None
    planted: Callable[[Any, Path | None], Iterator[Planted]] | None = None


Operator = Cleaner | Aligner | Encoder | Fuser | Segmenter
