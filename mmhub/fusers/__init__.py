"""One vector of several: the vectors that encoders made of a row, put together."""

from collections.abc import Iterable

from mmhub.fusers.joined import CONCATENATE, MEAN
from mmhub.fusers.learned import LEARNED
from mmhub.hookspecs import hookimpl
from mmhub.operators import Fuser


@hookimpl
def mmhub_fusers() -> Iterable[Fuser]:
    """Offer to put vectors side by side, to average them, and to fuse them by a head that was learned."""
    yield from (CONCATENATE, MEAN, LEARNED)
