"""Why a URL could not be downloaded."""


class Failed(Exception):
    """A URL could not be had for ``reason``; ``again`` says whether it may be had later, and ``wait_seconds`` when."""

    def __init__(self, reason: str, message: str, *, again: bool = False, wait_seconds: float | None = None) -> None:
        super().__init__(reason, message)
        self.reason = reason
        self.message = message
        self.again = again
        self.wait_seconds = wait_seconds
