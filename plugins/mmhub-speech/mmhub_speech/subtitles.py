"""Subtitles: a file of cues, read and written back in its own form."""

import html
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from mmhub import Media, Undecodable
from mmhub_speech.cue import NS_PER_MILLISECOND, Cue
from mmhub_speech.howto100m import from_csv, from_json, to_csv, to_json

if TYPE_CHECKING:
    from webvtt import Caption

Form = Literal["srt", "vtt", "json", "csv"]
_POSITION = re.compile(r"\{\\[^}]*\}")
"""How SubRip files place a text on the screen, as in ``{\\an8}``."""
_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class Subtitles:
    """The cues of a file in the order they have there, their texts without markup, and the form of the file."""

    cues: tuple[Cue, ...]
    form: Form


def decode(media: Media) -> Subtitles:
    """Return the cues of a file: SubRip, WebVTT, or HowTo100M's JSON or CSV.

    Raises Undecodable: ``empty-file``, ``wrong-encoding``, ``not-subtitles`` or ``damaged``.
    """
    text = _text(media.read())
    form = _form(text)
    cues = _READERS[form](text)
    if not cues:
        raise Undecodable("not-subtitles", f"a file that looks like {form} without a cue in it")
    late = next((cue for cue in cues if cue.end_ns < cue.start_ns), None)
    if late is not None:
        raise Undecodable("damaged", f"a cue that ends before it starts: {late.text!r}")
    return Subtitles(cues, form)


def encode(subtitles: Subtitles) -> bytes:
    """Return the bytes of a file in the form the subtitles had, in UTF-8."""
    return _WRITERS[subtitles.form](subtitles.cues).encode()


def _text(data: bytes) -> str:
    if not data.strip():
        raise Undecodable("empty-file", "the file has no characters")
    try:
        return data.decode(_BOMS.get(data[:2], "utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Undecodable("wrong-encoding", f"expected UTF-8, or UTF-16 with a byte order mark: {error}") from error


def _form(text: str) -> Form:
    """Return the form a text has; raise Undecodable, ``not-subtitles``, where it has none of them."""
    head = text.lstrip()
    if head.startswith("WEBVTT"):
        return "vtt"
    if head.startswith("{"):
        return "json"
    if re.match(r"start,end,text\s", head):
        return "csv"
    if "-->" in text:
        return "srt"
    raise Undecodable("not-subtitles", f"expected SubRip, WebVTT or HowTo100M's lists, found {head[:40]!r}")


def _from_captions(text: str, *, form: Form) -> tuple[Cue, ...]:
    from webvtt import WebVTT
    from webvtt.errors import MalformedCaptionError, MalformedFileError

    try:
        captions = WebVTT.from_buffer(io.StringIO(text), format=form)
    except (MalformedFileError, MalformedCaptionError) as error:
        raise Undecodable("damaged", f"not read as {form}: {error}") from error
    return tuple(
        Cue(
            caption.start_time.in_milliseconds() * NS_PER_MILLISECOND,
            caption.end_time.in_milliseconds() * NS_PER_MILLISECOND,
            _plain(caption.text),
        )
        for caption in captions.captions
    )


def _plain(text: str) -> str:
    lines = (line.strip() for line in _POSITION.sub("", html.unescape(text)).splitlines())
    return "\n".join(line for line in lines if line)


def _to_captions(cues: Iterable[Cue], *, form: Literal["srt", "vtt"]) -> str:
    from webvtt import WebVTT

    written = io.StringIO()
    WebVTT(captions=[_caption(cue, form) for cue in cues]).write(written, format=form)
    return written.getvalue().rstrip("\n") + "\n"


def _caption(cue: Cue, form: Literal["srt", "vtt"]) -> "Caption":
    from webvtt import Caption
    from webvtt.models import Timestamp

    text = html.escape(cue.text, quote=False) if form == "vtt" else cue.text
    start, end = (Timestamp.from_seconds(ns / 1e9) for ns in (cue.start_ns, cue.end_ns))
    return Caption(start=str(start), end=str(end), text=text)


_READERS: dict[Form, Callable[[str], tuple[Cue, ...]]] = {
    "srt": partial(_from_captions, form="srt"),
    "vtt": partial(_from_captions, form="vtt"),
    "json": from_json,
    "csv": from_csv,
}
_WRITERS: dict[Form, Callable[[Iterable[Cue]], str]] = {
    "srt": partial(_to_captions, form="srt"),
    "vtt": partial(_to_captions, form="vtt"),
    "json": to_json,
    "csv": to_csv,
}
