"""Asking a Hub again that is busy, limits its callers, or does not answer for a while."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from mmhub.hub.refusals import is_passing

WAITS = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before each new trial, where the Hub does not say how many."""
_LONGEST = 300.0
Answer = TypeVar("Answer")


def patiently(ask: Callable[[], Answer]) -> Answer:
    """Return what ``ask`` returns; ask again where an error may pass, after as long as the Hub says."""
    from httpx2 import HTTPError

    for wait in WAITS:
        try:
            return ask()
        except (HTTPError, OSError) as error:
            if not is_passing(error):
                raise
            time.sleep(_seconds(error, wait))
    return ask()


def a_moment(trial: int) -> None:
    """Wait before trying again what others try too: longer each time, and everyone differently."""
    time.sleep(random.uniform(0.5, 1.0) * min(WAITS[0] * 0.2 * 1.5**trial, WAITS[-1]))


def _seconds(error: BaseException, usual: float) -> float:
    response = getattr(error, "response", None)
    said = response.headers.get("Retry-After", "") if response is not None else ""
    return min(float(said), _LONGEST) if said.isdigit() else random.uniform(0.5, 1.0) * usual
