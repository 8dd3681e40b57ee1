"""What was answered to a request for a file, whoever answers: a server, or another file system."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What a server answered: the status, headers by their names in small letters, and the body as it comes.

    ``web`` says that it came by HTTP, where what comes need not be what was meant.
    """

    host: str
    status: int
    headers: Mapping[str, str]
    body: Iterator[bytes]
    web: bool = True
