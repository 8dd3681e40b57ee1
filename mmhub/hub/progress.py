"""What is told of a push while it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Event:
    """Something that a push did.

    ``wrote`` tells how many rows of ``total`` are written; ``sends``, ``sent`` and ``kept`` a file by its name and
    bytes, the last one of which is on the Hub already; ``commits`` and ``tags`` what is committed and tagged.
    """

    kind: Literal["wrote", "sends", "sent", "kept", "commits", "tags"]
    name: str = ""
    amount: int = 0
    total: int = 0


Listener = Callable[[Event], None]
