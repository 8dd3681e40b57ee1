"""Records of JSON Lines, and of JSON files that hold one list of objects."""

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from mmhub.errors import SourceError
from mmhub.operators import Lost
from mmhub.places.lines import MOST_BYTES, is_utf8, lines
from mmhub.places.records import Record


def json_records(file: Path) -> Iterator[Record | Lost]:
    """Yield a record for each object; of JSON Lines a broken line is `Lost`, a broken list raises SourceError."""
    numbered = ((number, line) for number, line in lines(file) if line.strip())
    first = next(numbered, None)
    if first is None:
        raise SourceError(f"the table {str(file)!r} is empty: expected a JSON object on each line")
    if first[1].lstrip().startswith("["):
        yield from _list(file)
        return
    for number, line in chain([first], numbered):
        place = f"{file.name}:{number}"
        found = _object(line)
        yield Record(place, found) if isinstance(found, dict) else Lost(place, "malformed", f"{place}: {found}")


def _object(line: str) -> dict[str, Any] | str:
    """Return the object on a line, or what is wrong with it."""
    if len(line) >= MOST_BYTES:
        return f"the line is longer than {MOST_BYTES >> 20} MiB"
    if not is_utf8(line):
        return "it is not UTF-8"
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"it is no JSON: {error}"
    return found if isinstance(found, dict) else f"expected an object, found {type(found).__name__}"


def _list(file: Path) -> Iterator[Record | Lost]:
    try:
        found = json.loads(file.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise SourceError(f"{file.name}:{error.lineno}: it is no JSON ({error.msg}): {str(file)!r}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SourceError(f"{file.name}:{line}: it is not UTF-8: save {str(file)!r} in UTF-8") from error
    except RecursionError as error:
        raise SourceError(f"{str(file)!r} is no JSON: {error}") from error
    for number, each in enumerate(found):
        place = f"{file.name}[{number}]"
        problem = f"{place}: expected an object, found {type(each).__name__}"
        yield Record(place, each) if isinstance(each, dict) else Lost(place, "malformed", problem)
