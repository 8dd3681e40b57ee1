"""What the object in a JSON file holds, one item at a time: annotation files are larger than memory should be."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from mmhub.errors import SourceError, Undecodable
from mmhub.places.lines import MOST_BYTES, is_utf8

_CHUNK = 1 << 20
_BLANKS = " \t\r\n"
_BLANK = re.compile(f"[{_BLANKS}]+")
_AFTER = frozenset(f",]}}:{_BLANKS}")
_SCAN = json.JSONDecoder().raw_decode


class Item(NamedTuple):
    """A value of the object under its key; of a list under a key one item, with its number."""

    file: str
    line: int
    key: str
    number: int | None
    value: Any

    @property
    def place(self) -> str:
        """Where the item stands, as ``captions.json:1 annotations[5]``."""
        number = "" if self.number is None else f"[{self.number}]"
        return f"{self.file}:{self.line} {self.key}{number}"


def json_items(stream: IO[bytes], file: str) -> Iterator[Item]:
    """Yield what the object in a file holds; an item that is not UTF-8 is `Undecodable`.

    Of lists right below the object that are not empty each item is yielded alone, so that memory holds one and a
    buffer. Raises SourceError where the file is no JSON object, is cut off, or has a key that is not UTF-8, when that
    place is reached.
    """
    text = _Text(stream)
    try:
        text.take("{")
        if text.sign() != "}":
            yield from _pairs(text, file)
        text.take("}")
        if text.sign():
            raise json.JSONDecodeError("Extra data", text.held, text.at)
    except (json.JSONDecodeError, RecursionError) as error:
        problem = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise SourceError(f"{file}:{text.line}: it is no JSON object, or is cut off ({problem})") from error


def _pairs(text: "_Text", file: str) -> Iterator[Item]:
    while True:
        key = _key(text, file)
        text.take(":")
        if text.sign() == "[":
            yield from _items(text, file, key)
        else:
            yield Item(file, text.line, key, None, text.value())
        if text.sign() != ",":
            return
        text.take(",")


def _key(text: "_Text", file: str) -> str:
    if text.sign() != '"':
        raise json.JSONDecodeError("Expecting a key in double quotes", text.held, text.at)
    key = text.value()
    if isinstance(key, Undecodable):
        raise SourceError(f"{file}:{text.line}: a key is not UTF-8: save the file in UTF-8")
    return str(key)


def _items(text: "_Text", file: str, key: str) -> Iterator[Item]:
    text.take("[")
    if text.sign() == "]":
        yield Item(file, text.line, key, None, [])
    number = 0
    while text.sign() != "]":
        yield Item(file, text.line, key, number, text.value())
        number += 1
        if text.sign() != ",":
            break
        text.take(",")
    text.take("]")


class _Text:
    """What was read of a file and not yet used, and at which line that is."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape").decode
        self.held, self.at, self.line, self._ended = "", 0, 1, False

    def sign(self) -> str:
        """Return the next sign that is no white space, without using it; at the end an empty one."""
        while True:
            found = _BLANK.match(self.held, self.at)
            if found:
                self._use(found.end())
            elif self.at < len(self.held):
                return self.held[self.at]
            elif not self._read_on():
                return ""

    def take(self, sign: str) -> None:
        """Use a sign; raise JSONDecodeError where another is next."""
        if self.sign() != sign:
            raise json.JSONDecodeError(f"Expecting {sign!r}", self.held, self.at)
        self.at += 1

    def value(self) -> Any:
        """Use and return the value that is next."""
        while True:
            try:
                value, end = _SCAN(self.held, self.at)
                # A number at the end of what was read may go on.
                if self.held[end : end + 1] in _AFTER or not self._read_on():
                    break
            except json.JSONDecodeError:
                if not self._read_on():
                    raise
        start = self.at
        self._use(end)
        if not is_utf8(self.held[start:end]):
            return Undecodable("malformed", "it is not UTF-8")
        return value

    def _use(self, end: int) -> None:
        self.line += self.held.count("\n", self.at, end)
        self.at = end

    def _read_on(self) -> bool:
        if self._ended or len(self.held) - self.at > MOST_BYTES:
            return False
        data = self._stream.read(max(_CHUNK, len(self.held) - self.at))
        self._ended = not data
        self.held = self.held[self.at :] + self._decode(data, not data)
        self.at = 0
        return True
