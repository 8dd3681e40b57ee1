"""Rows of a source that has read mirrors: files that these do not hold go by the addresses at which they are."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mmhub.errors import SourceError
from mmhub.operators import Lost, Media, Remark, Remote, Row
from mmhub.places.remarks import some
from mmhub.sources.mirror import Mirror, is_stand_in


def addressed(rows: Iterable[Row | Lost | Remark], mirrors: Sequence[Mirror]) -> Iterator[Row | Lost | Remark]:
    """Yield rows whose values are addresses where they name files of which mirrors hold but the names.

    A SourceError names the address too, in place of the folder of the store.
    """
    try:
        for row in rows:
            yield {name: _far(value, mirrors) for name, value in row.items()} if isinstance(row, Mapping) else row
    except SourceError as error:
        said = str(error)
        for mirror in mirrors:
            said = said.replace(str(mirror.folder), mirror.address)
        raise SourceError(said) from error
    for mirror in mirrors:
        if mirror.lost:
            names, why = list(mirror.lost), next(iter(mirror.lost.values()))
            yield Remark(f"{some(names, 'file')} at {mirror.address} that could not be copied, the first: {why}")


def _far(value: Any, mirrors: Sequence[Mirror]) -> Any:
    if isinstance(value, list | tuple):
        return [_far(each, mirrors) for each in value]
    if isinstance(value, Media):
        return _far_file(value.path, mirrors) or value if value.length is None else value
    return (_far_file(str(value), mirrors) or value) if isinstance(value, str | os.PathLike) else value


def _far_file(path: str | None, mirrors: Sequence[Mirror]) -> Remote | None:
    """Return what a file of a mirror stands for; None for a file that is here, or is known to be nowhere."""
    for mirror in mirrors:
        start = f"{mirror.folder}/"
        if path is not None and path.startswith(start):
            name = path.removeprefix(start)
            known = is_stand_in(name) and (name in mirror.stamps or not mirror.whole)
            return Remote(f"{mirror.address}/{name}", stamp=mirror.stamps.get(name, "")) if known else None
    return None
