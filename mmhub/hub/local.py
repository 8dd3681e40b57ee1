"""The Hub that mmhub itself serves on this machine, for as long as it is needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mmhub.hub.connection import Hub, connect


@contextmanager
def local_hub(root: Path | None = None) -> Iterator[Hub]:
    """Serve the Hub in ``root``, by default where `mmhub hub serve` finds it too, and connect to it.

    Raises MmhubError where `mmhub[hub]` is not installed.
    """
    from mmhub.hubserver import serving

    with serving(root) as served, _reachable():
        yield connect(served.endpoint, token=served.token)


@contextmanager
def _reachable() -> Iterator[None]:
    """Let the Hub's client speak to this machine also where HF_HUB_OFFLINE keeps it from the network."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = False
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before
