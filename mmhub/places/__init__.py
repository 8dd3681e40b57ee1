"""Places any recipe can take rows from: a folder, tables, URLs, a dataset of the Hub, tar shards."""

from collections.abc import Iterable

from mmhub.hookspecs import hookimpl
from mmhub.operators import Source
from mmhub.places.folder import SOURCE as FOLDER
from mmhub.places.hub import SOURCE as HUB
from mmhub.places.table import SOURCE as TABLE
from mmhub.places.urls import SOURCE as URLS
from mmhub.places.webdataset import SOURCE as WEBDATASET


@hookimpl
def mmhub_sources() -> Iterable[Source]:
    """Offer the places that need no script."""
    yield from (FOLDER, TABLE, URLS, HUB, WEBDATASET)
