"""Names of files in a remark: how many there are, and the first of them."""

from collections.abc import Sequence

_SHOWN = 5


def some(names: Sequence[str], what: str) -> str:
    """Return as in ``7 files (a.jpg, b.jpg, c.jpg, d.jpg, e.jpg and 2 more)``."""
    shown = ", ".join(map(_shown, names[:_SHOWN]))
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return f"{len(names):,} {what}{'' if len(names) == 1 else 's'} ({shown}{more})"


def _shown(name: str) -> str:
    """Return a name that fits in one line, and that any terminal can print."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in name)
