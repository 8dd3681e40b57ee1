"""Why a value cannot be used."""

from dataclasses import dataclass

_MESSAGE_CHARACTERS = 500


@dataclass(frozen=True)
class Fault:
    """Why a value cannot be used: a reason, and what was found, in at most 500 characters that UTF-8 can hold."""

    reason: str
    message: str

    def __post_init__(self) -> None:
        # A plugin's errors say what they like, at any length, and it shall be kept all the same.
        object.__setattr__(self, "reason", _kept(self.reason, 60))
        object.__setattr__(self, "message", _kept(self.message, _MESSAGE_CHARACTERS))


def _kept(words: object, most: int) -> str:
    text = str(words).encode(errors="replace").decode()
    return text if len(text) <= most else f"{text[: most - 1]}…"
