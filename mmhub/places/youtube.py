"""Ids of videos on YouTube, by which many annotations name them."""

import re

_ID = re.compile(r"[A-Za-z0-9_-]{11}")


def youtube_id(name: str) -> str:
    """Return the id of a video; raise ValueError where it is none, and might name another file."""
    if not _ID.fullmatch(name):
        raise ValueError(f"{name!r} is no id of YouTube's: expected 11 letters, digits, - or _")
    return name
