"""A kind of value, such as an image."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from mmhub.operators.media import Media


@dataclass(frozen=True, kw_only=True)
class Modality:
    """A kind of value: how it is decoded for operators, encoded back, and published.

    ``decode`` turns a `Media` into whatever the modality's operators work on, and raises `Undecodable` for a
    file that is damaged in any part; views of it (luma, mono sound) should be lazy and cached. It runs in a
    worker process. A modality without ``decode`` is text: its values are ``str``.
    ``encode`` turns a repaired value back into the bytes to publish.
    ``feature`` names the `datasets` feature its bytes are published as; ``Value`` stands for text, or for plain
    bytes with a name where there is ``decode``.
    """

    name: str
    version: int
    summary: str
    feature: Literal["Image", "Audio", "Video", "Value"] = "Value"
    decode: Callable[[Media], Any] | None = None
    encode: Callable[[Any], bytes] | None = None
