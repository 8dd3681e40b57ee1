"""The lines of a text file of IEMOCAP: most are ASCII, and some hold signs in the encoding of Windows."""

from collections.abc import Iterator
from pathlib import Path

from mmhub.places.lines import is_utf8, lines


def numbered(file: Path) -> Iterator[tuple[str, str]]:
    """Yield where each line stands, as ``transcriptions/Ses01F_impro01.txt:7``, and the line without its end."""
    for number, line in lines(file):
        text = line if is_utf8(line) else line.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
        yield f"{file.parent.name}/{file.name}:{number}", text.strip()
