"""What a file of text holds: the text itself, or in JSON a text under a key."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmhub.errors import Undecodable

KEYS = ("text", "caption", "captions", "transcript", "transcription", "sentence", "content")
"""Under which keys of a JSON file a text is looked for, in this order."""
_MOST_BYTES = 16 << 20


def content(path: str, keys: Sequence[str] = KEYS) -> str | list[str] | Undecodable:
    """Return the text in a file, or why there is none; a line end at its end belongs to the file and not the text."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except FileNotFoundError as error:
        return Undecodable("not-found", str(error.strerror))
    except OSError as error:
        return Undecodable("unreadable", error.strerror or str(error))
    if len(data) > _MOST_BYTES:
        return Undecodable("too-large", f"the text is longer than {_MOST_BYTES >> 20} MiB")
    return read(data, keys, is_json=path.lower().endswith(".json"))


def read(data: bytes, keys: Sequence[str] = KEYS, *, is_json: bool) -> str | list[str] | Undecodable:
    """Return the text that the bytes of a file are, or why they are none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Undecodable("encoding", f"it is not UTF-8 at byte {error.start}")
    if not is_json:
        return text.removesuffix("\n").removesuffix("\r")
    try:
        return _in_json(json.loads(text), keys)
    except (ValueError, RecursionError) as error:
        return Undecodable("malformed", f"it is no JSON: {error}")


def _in_json(found: Any, keys: Sequence[str]) -> str | list[str] | Undecodable:
    if isinstance(found, dict):
        known = {str(key).lower(): value for key, value in found.items()}
        found = next((known[key.lower()] for key in keys if key.lower() in known), None)
    if isinstance(found, str):
        return found
    if isinstance(found, list) and found and all(isinstance(each, str) for each in found):
        return found
    return Undecodable("malformed", f"expected a text, a list of texts, or an object with one of {', '.join(keys)}")


def loaded(data: bytes) -> dict[str, Any]:
    """Return the object in the bytes of a JSON file; an empty one where there is none."""
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def plain(value: Any) -> Any:
    """Return a value of JSON; an object in it as JSON again."""
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict) for each in value)):
        return json.dumps(value, ensure_ascii=False)
    return value
