"""One field of a dataset: what kind of value it holds, and what is asked of its values."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from mmhub.recipes.parts import Part

PlainType = Literal["string", "int64", "float64", "bool"]
PLAIN_TYPES: tuple[PlainType, ...] = ("string", "int64", "float64", "bool")


class Column(Part):
    """One field of the dataset: what kind of value it holds, where the source keeps it, and what is asked of it.

    What is asked of a value is asked of every value of a list. A value that is absent passes; it is ``required``,
    ``most_absent`` and ``mask`` that deal with those.
    """

    modality: str
    """A modality (``image``, ``text``), or ``string``, ``int64``, ``float64``, ``bool`` for a value passed through."""
    of: str = ""
    """The source's name for it, where that is another."""
    many: bool = False
    """Whether each row holds a list of such values."""
    count: int | None = Field(default=None, ge=1)
    """How many values each row's list has; a row with another number of them is dropped for ``miscounted``."""
    length: int | None = Field(default=None, ge=1)
    """How many numbers each value has, where it is not one: 4 for a box. With ``many`` a row holds a list of such."""
    required: bool = False
    """Whether a row without it is dropped, for the reason ``missing``."""
    mask: bool = False
    """Whether the dataset says in a column ``<field>.present`` which rows have it."""
    most_absent: float | None = Field(default=None, ge=0, le=1)
    """The largest share of rows that may lack it without the build saying so."""
    if_more_absent: Literal["warn", "stop"] = "warn"
    """Whether a build with more rows that lack it says so in its report, or ends with an error."""
    pattern: str | None = None
    """A regular expression (RE2) that a whole text matches, or its row is dropped for ``mismatched``."""
    at_least: float | None = None
    """The smallest number that is not dropped for ``out-of-range``."""
    at_most: float | None = None
    """The largest number that is not dropped for ``out-of-range``."""
    one_of: tuple[bool | int | float | str, ...] | None = None
    """The values that are not dropped for ``not-allowed``."""
    distinct: bool | dict[str, Any] = False
    """Whether of rows that hold the same, byte for byte, all but one are dropped for ``identical``, which is decided
    with the other duplicates; or how, by ``keep``, ``over``, ``splits`` and ``gives_way`` as in `Distinct`."""

    @property
    def is_plain(self) -> bool:
        """Whether values are passed through, out of reach of operators."""
        return self.modality in PLAIN_TYPES

    @property
    def checks_values(self) -> bool:
        """Whether anything is asked of single values."""
        return any(each is not None for each in (self.pattern, self.at_least, self.at_most, self.one_of))

    @model_validator(mode="after")
    def _bounds_fit_what_it_holds(self) -> "Column":
        if self.pattern is not None:
            self._refuse_unless("pattern", "texts", self.modality == "string" or not self.is_plain)
            _check_pattern(self.pattern)
        if self.at_least is not None or self.at_most is not None:
            name = "at_least" if self.at_least is not None else "at_most"
            self._refuse_unless(name, "numbers", self.modality in ("int64", "float64"))
            if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
                raise ValueError(f"at_least = {self.at_least:g} is more than at_most = {self.at_most:g}: none passes")
        return self

    @model_validator(mode="after")
    def _lengths_fit_what_it_holds(self) -> "Column":
        if self.count is not None and not self.many:
            raise ValueError("count is asked of lists: say `many: true` if rows hold several")
        if self.length is not None:
            self._refuse_unless("length", "numbers", self.modality in ("int64", "float64"))
            if self.checks_values:
                raise ValueError("at_least, at_most and one_of are asked of single numbers, and `length` makes several")
        return self

    @model_validator(mode="after")
    def _some_values_pass(self) -> "Column":
        for value in self.one_of or ():
            if not _is_of(value, self.modality):
                raise ValueError(f"one_of names {value!r}, which no value of {self.modality} can be")
        if self.one_of == ():
            raise ValueError("one_of names no value, so that none passes: name some, or leave it out")
        return self

    @model_validator(mode="after")
    def _what_is_required_needs_no_mask(self) -> "Column":
        if self.required and self.mask:
            raise ValueError("mask says which rows have it, and with `required` all do: leave out one of them")
        return self

    def _refuse_unless(self, key: str, what: str, fitting: bool) -> None:
        if not fitting:
            raise ValueError(f"{key} is asked of {what}, and this field holds {self.modality}")


def unfit(columns: Mapping[str, Column], textual: frozenset[str]) -> str | None:
    """Return what is asked of a field that it cannot be asked, in a sentence, or None; ``textual`` hold texts."""
    for name, column in columns.items():
        if not column.is_plain and name not in textual and column.checks_values:
            key = "pattern" if column.pattern is not None else "one_of"
            return f"field {name!r} holds {column.modality}, and {key!r} is asked of texts and plain values"
    return None


def _is_of(value: Any, modality: str) -> bool:
    kinds: dict[str, tuple[type, ...]] = {"bool": (bool,), "int64": (int,), "float64": (int, float)}
    return isinstance(value, kinds.get(modality, (str,))) and (modality == "bool" or not isinstance(value, bool))


def _check_pattern(pattern: str) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        raise ValueError(f"pattern {pattern!r} is no regular expression of RE2: {error}") from error
