"""What cuts one row into segments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from mmhub.operators.options import Options


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


class SpanOptions(Options):
    """The options of every segmenter that cuts by columns: which fields say from when to when each piece lasts."""

    start: str = "start_seconds"
    """The field that says from when on, in seconds: one number, or a list of as many as there are to be pieces."""
    end: str = "end_seconds"
    """The field that says until when, in seconds."""
    seconds: float | None = Field(default=None, gt=0.0)
    """How long every piece lasts, where no field says until when."""
    each: tuple[str, ...] = ()
    """Other fields with a value for each piece, such as what is said in it."""
    begin: str = ""
    """A field that is filled with when each piece begins, in seconds: earlier than asked for where media are copied."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of which a row has a value for each of its pieces."""
        return (self.start, *(() if self.seconds else (self.end,)), *self.each)


@dataclass(frozen=True, kw_only=True)
class Segmenter:
    """A way to cut one row into segments by one of its values, before anything is measured on them.

    ``cut(value, options)`` returns the segments of a decoded value in order; it runs in a worker process. With
    ``reads="files"`` it gets the `Media` of every value, whether that decodes or not.

    Where ``beside`` names the modalities of other fields, these are cut together with the first: ``cut(value, *others,
    options)`` gets their decoded values too, ``None`` where a row has none, and returns pieces of each.

    Where its options are `SpanOptions`, ``cut(value, spans, options)`` gets from when to when each piece is to last, in
    ns and in order of time, and returns a segment for each, or ``None`` where nothing of the value is there.
    """

    name: str
    version: int
    modality: str
    summary: str
    options: type[Options] = Options
    cut: Callable[..., Sequence[Segment | None]]
    reads: Literal["values", "files"] = "values"
    beside: tuple[str, ...] = ()
