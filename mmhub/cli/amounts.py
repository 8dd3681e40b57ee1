"""Amounts as a person reads them: shares, bytes, times, facts, and bars."""

_FILLED, _EIGHTHS = "█", " ▏▎▍▌▋▊▉"


def bar(share: float, *, width: int) -> str:
    """Return a bar that fills ``share`` of ``width`` cells, and at least an eighth of one where there is anything."""
    eighths = round(share * width * 8)
    if share > 0:
        eighths = max(1, eighths)
    whole, rest = divmod(min(eighths, width * 8), 8)
    return _FILLED * whole + (_EIGHTHS[rest] if rest else "")


def percent(part: float, whole: float) -> str:
    """Return a share as in ``5.8 %``."""
    return f"{100 * part / whole:.1f} %" if whole else ""


def counted(count: int, thing: str) -> str:
    """Return how many there are of a thing, as in ``1 row`` or ``1,200 rows``."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def in_bytes(count: float) -> str:
    """Return a number of bytes as in ``12.3 MB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 999.5 or unit == "GB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    raise AssertionError("the last unit takes any number")


def in_time(seconds: float) -> str:
    """Return a time as in ``3.4 s``, ``5 min`` or ``2 h 10 min``."""
    if seconds < 0.95:
        return "less than a second"
    if seconds < 99.5:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


def number(value: float | int) -> str:
    """Return a fact so that it is short and says what matters, as in ``1,234``, ``0.0312`` or ``12.5``."""
    if isinstance(value, int) or (float(value).is_integer() and abs(value) < 1e15):
        return f"{int(value):,}"
    if abs(value) >= 100:
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1f}"
    return f"{value:.3g}"
