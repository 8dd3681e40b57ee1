"""What is said when: cues of subtitles, and facts that are spans."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{3})"
_CUE = re.compile(rf"^{_TIME}[ \t]+-->[ \t]+{_TIME}[^\n]*\n((?:(?!\n).+\n?)*)", re.MULTILINE)
_MOST, _CHARACTERS = 400, 400


def cues(said: str) -> list[dict[str, Any]]:
    """Return the cues of a text that is SubRip or WebVTT, in seconds, at most 400; none of any other text."""
    found = []
    for match in _CUE.finditer(said.replace("\r\n", "\n")):
        *times, text = match.groups()
        found.append({"start": _seconds(times[:4]), "end": _seconds(times[4:]), "text": text.strip()[:_CHARACTERS]})
        if len(found) == _MOST:
            break
    return found


def spans(value: Any) -> list[dict[str, Any]]:
    """Return a fact that says what was found when, in seconds; nothing for any other fact."""
    if not isinstance(value, list):
        return []
    flat = [span for each in value for span in (each if isinstance(each, list) else [each])]
    return [
        {"start": each["start"] / 1e9, "end": each["end"] / 1e9, "text": str(each.get("text") or "")[:_CHARACTERS]}
        for each in flat[:_MOST]
        if isinstance(each, Mapping) and isinstance(each.get("start"), int) and isinstance(each.get("end"), int)
    ]


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000
