"""The lines of a text file, numbered, of any length up to a limit, in UTF-8 with or without a mark at the start."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from mmhub.errors import SourceError

MOST_BYTES = 64 << 20
"""No line is longer: a file without line ends is no table, and of a line that is longer the rest is left out."""
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def lines(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the number of each line, from 1, and the line with its end; bytes that are not UTF-8 become surrogates.

    Of a line of more than 64 MiB so much is yielded. Raises SourceError for UTF-16, and where the first is that long.
    """
    with file.open("rb") as stream:
        number = 0
        while line := stream.readline(MOST_BYTES):
            number += 1
            if number == 1:
                if line.startswith(_UTF_16):
                    raise SourceError(f"{str(file)!r} is in UTF-16: save it in UTF-8")
                line = line.removeprefix(codecs.BOM_UTF8)
            if len(line) == MOST_BYTES and number == 1:
                raise SourceError(f"{str(file)!r}, line 1: the line is longer than {MOST_BYTES >> 20} MiB")
            rest = line
            while len(rest) == MOST_BYTES and not rest.endswith(b"\n"):
                rest = stream.readline(MOST_BYTES)
            yield number, line.decode("utf-8", "surrogateescape")


def is_utf8(text: str) -> bool:
    """Whether all bytes of a line were UTF-8."""
    return text.isascii() or not any("\udc80" <= sign <= "\udcff" for sign in text)
