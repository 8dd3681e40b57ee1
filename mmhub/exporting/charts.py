"""Bars and histograms as SVG, for readers in light and in the dark, and for those who listen."""

from collections.abc import Sequence
from html import escape

_WIDTH, _LINE, _LABEL, _NUMBER = 720, 24, 180, 130
_PLOT, _LEFT, _TOP = 220, 16, 46
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1f2328}.faint{fill:#59636e}.title{font-weight:600}"
    ".read{fill:#8c959f}.kept{fill:#0969da}.dropped{fill:#d4771a}.quarantined{fill:#8250df}"
    ".axis{stroke:#8c959f}.bound{stroke:#cf222e;stroke-width:1.5;stroke-dasharray:5 3}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.faint{fill:#9198a1}.kept{fill:#4493f8}"
    ".dropped{fill:#e8944a}.quarantined{fill:#ab7df8}.bound{stroke:#f85149}}"
)


def bars(title: str, lines: Sequence[tuple[str, int, str]]) -> str:
    """Return a bar for each line, given by its label, its number and its fate, which gives it its colour."""
    most = max((number for _, number, _ in lines), default=0) or 1
    whole = next((number for _, number, fate in lines if fate == "read"), sum(number for _, number, _ in lines)) or 1
    parts = []
    for place, (label, number, fate) in enumerate(lines):
        top = _TOP + place * _LINE
        width = (_WIDTH - _LABEL - _NUMBER) * number / most
        parts.append(f'<text x="{_LABEL - 8}" y="{top + 16}" text-anchor="end">{escape(_short(label, 26))}</text>')
        parts.append(_box(_LABEL, top + 4, max(width, 1.0 if number else 0.0), _LINE - 8, fate))
        words = f"{number:,} ({100 * number / whole:.1f} %)"
        parts.append(f'<text class="faint" x="{_LABEL + width + 6:.1f}" y="{top + 16}">{words}</text>')
    return _drawing(title, parts, _TOP + _LINE * len(lines) + 8)


def histogram(
    title: str, edges: Sequence[float], kept: Sequence[int], lost: Sequence[int], bounds: Sequence[tuple[float, str]]
) -> str:
    """Return how often values lie between ``edges``, in rows that were kept and in others, with bounds drawn in."""
    low, high = edges[0], edges[-1]
    wide, bottom = _WIDTH - 2 * _LEFT, _TOP + 20 + _PLOT
    most = max(map(sum, zip(kept, lost, strict=True)), default=0) or 1
    step = wide / len(kept)
    parts = list(_legend())
    for place, pair in enumerate(zip(kept, lost, strict=True)):
        base = float(bottom)
        for number, fate in zip(pair, ("kept", "dropped"), strict=True):
            height = _PLOT * number / most
            base -= height
            if number:
                parts.append(_box(_LEFT + place * step, base, max(step - 1, 0.5), height, fate))
    parts.append(f'<line class="axis" x1="{_LEFT}" x2="{_LEFT + wide}" y1="{bottom}" y2="{bottom}"/>')
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        anchor = "start" if share == 0 else "end" if share == 1 else "middle"
        parts.append(
            f'<text class="faint" x="{_LEFT + share * wide:.1f}" y="{bottom + 18}" text-anchor="{anchor}">'
            f"{low + share * (high - low):,.4g}</text>"
        )
    for place, (bound, words) in enumerate(bounds):
        x = _LEFT + wide * min(max((bound - low) / (high - low), 0.0), 1.0)
        y = _TOP + 14 + 16 * (place % 3)
        anchor, shift = ("start", 5) if x < _WIDTH / 2 else ("end", -5)
        if low <= bound <= high:
            parts.append(f'<line class="bound" x1="{x:.1f}" x2="{x:.1f}" y1="{y - 12}" y2="{bottom}"/>')
        parts.append(f'<text class="faint" x="{x + shift:.1f}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>')
    return _drawing(title, parts, bottom + 28)


def _legend() -> Sequence[str]:
    parts = []
    for place, (fate, words) in enumerate((("kept", "kept"), ("dropped", "not kept"))):
        x = _WIDTH - 170 + 70 * place
        parts.append(_box(x, 30, 10, 10, fate))
        parts.append(f'<text class="faint" x="{x + 15}" y="39">{words}</text>')
    return parts


def _drawing(title: str, parts: Sequence[str], height: float) -> str:
    words = escape(title)
    head = escape(_short(title, 100))
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" width="{_WIDTH}" '
        f'role="img" aria-label="{words}">\n<title>{words}</title>\n<style>{_STYLE}</style>\n'
        f'<text class="title" x="{_LEFT}" y="20">{head}</text>\n{body}\n</svg>\n'
    )


def _box(x: float, y: float, width: float, height: float, fate: str) -> str:
    return f'<rect class="{fate}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
