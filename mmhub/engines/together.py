"""How far all processes of a build are, as the first of them tells it."""

import logging
import time
from dataclasses import dataclass, field

from mmhub.engines.claimed import Claimed
from mmhub.measuring.pace import Progress, Tally

_LOG = logging.getLogger(__name__)
_LOOK_SECONDS = 1.0
"""How often it is looked up how far others are."""


@dataclass
class Together:
    """Adds to what this process has done what the others have, and tells ``progress`` the sum."""

    share: Claimed
    progress: Progress
    _passes: Tally = field(default_factory=Tally)
    _others: Tally = field(default_factory=Tally)
    _looked: float = -_LOOK_SECONDS

    def __call__(self, own: Tally) -> None:
        """Tell how far all are while this process is at a pass; others were perhaps looked up a second ago."""
        if time.monotonic() - self._looked >= _LOOK_SECONDS:
            self._others, self._looked = self.share.others(), time.monotonic()
            for excuse in self.share.excuses():
                _LOG.warning("%s", excuse)
        self.progress(self._passes + own + self._others)

    def ended(self, own: Tally) -> None:
        """Hear that a pass of this process has come to its end, and what it did; another may follow."""
        self._passes += own
        self(Tally())

    def total(self) -> Tally:
        """Return what all have done, and tell it."""
        self._looked = -_LOOK_SECONDS
        self(Tally())
        return self._passes + self._others
