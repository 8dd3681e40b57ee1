"""What is saved of videos that were damaged: good frames kept, and how many of those kept are good."""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import av
import numpy as np

from evidence.footage import files, shortened
from evidence.scoring import Scored, wilson
from mmhub import Media, Undecodable
from mmhub_video.salvage import SalvageOptions, salvage

_TRIALS = 4
_SECONDS = 4.0
_SAME_DB = 40.0
_NEAR_SECONDS = 0.003

Lumas = Mapping[float, np.ndarray]
Plant = Callable[[bytes, np.random.Generator], bytes]


def rows(samples: Path, seed: int) -> Iterator[Scored]:
    """Yield a row of all damage, and one per kind of it; frames are what is counted."""
    rng = np.random.default_rng(seed)
    found: dict[str, list[Counter[str]]] = {name: [] for name in _PLANTS}
    whole: list[bool] = []
    for path in files(samples):
        data = shortened(path.read_bytes(), _SECONDS)
        whole.append(_kept(data) != [data])
        shown = _lumas(data)
        for name, plant in _PLANTS.items():
            found[name] += [_counted(shown, plant(data, rng)) for _ in range(_TRIALS)]
    yield _row("video-salvage", [each for some in found.values() for each in some], whole)
    for name, some in found.items():
        yield _row(f"video-salvage/{name}", some, [])


def _row(slug: str, trials: list[Counter[str]], whole: list[bool]) -> Scored:
    total = sum(trials, Counter[str]())
    purity = total["true"] / max(1, total["kept"])
    dead = sum(not each["good"] for each in trials)
    note = f"frames; purity {purity:.4f} of {total['kept']}; {dead} of {len(trials)} files hold no good frame"
    return Scored(
        slug=slug,
        recall=total["saved"] / max(1, total["good"]),
        lost=sum(whole) / len(whole) if whole else None,
        n=total["good"],
        n_clean=len(whole),
        interval=wilson(total["saved"], max(1, total["good"])),
        note=note,
    )


def _counted(shown: Lumas, damaged: bytes) -> Counter[str]:
    """Return how many frames a damaged file still holds good, how many of these are kept, and what is kept in all."""
    there = _lumas(damaged)
    good = {at for at, luma in there.items() if (same := _near(shown, at)) is not None and _same(shown[same], luma)}
    kept = [(at, luma) for start, data in _kept_at(damaged) for at, luma in _placed(_lumas(data), start)]
    true = [at for at, luma in kept if (same := _near(shown, at)) is not None and _same(shown[same], luma)]
    saved = {same for at in true if (same := _near(dict.fromkeys(good, shown), at)) is not None}
    return Counter(good=len(good), saved=len(saved), kept=len(kept), true=len(true))


def _kept(data: bytes) -> list[bytes]:
    return [file for _, file in _kept_at(data)]


def _kept_at(data: bytes) -> list[tuple[float | None, bytes]]:
    """Return what is left of a file, and when each part began: spans, nothing, or all where nothing is noticed."""
    try:
        segments = salvage(Media(data=data), SalvageOptions())
    except Undecodable:
        return []
    return [(each.start / 1e9, each.value) for each in segments if isinstance(each.value, bytes)] or [(None, data)]


def _placed(lumas: Lumas, start: float | None) -> Iterator[tuple[float, np.ndarray]]:
    shift = 0.0 if start is None or not lumas else start - min(lumas)
    return ((at + shift, luma) for at, luma in lumas.items())


def _lumas(data: bytes) -> dict[float, np.ndarray]:
    """Return the luma of all frames that come out of a file, by when they are shown, whatever errors there are."""
    found: dict[float, np.ndarray] = {}
    try:
        with av.open(io.BytesIO(data), metadata_errors="replace") as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            for packet in container.demux(stream):
                found |= _shown(packet)
    except (av.FFmpegError, IndexError, AttributeError):
        pass
    return found


def _shown(packet: av.Packet) -> dict[float, np.ndarray]:
    try:
        frames = packet.decode()
    except (av.FFmpegError, ValueError):
        return {}
    return {float(each.pts * each.time_base): each.to_ndarray(format="gray") for each in frames if each.pts is not None}


def _near(lumas: Mapping[float, object], at: float) -> float | None:
    nearest = min(lumas, key=lambda each: abs(each - at), default=None)
    return nearest if nearest is not None and abs(nearest - at) <= _NEAR_SECONDS else None


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    """Return whether the peak signal-to-noise ratio is that of hardly visible differences."""
    if one.shape != other.shape:
        return False
    error = float(np.mean((one.astype(np.int16) - other) ** 2.0))
    return error <= 255.0**2 / 10 ** (_SAME_DB / 10)


# -- what happens to files -----------------------------------------------------------------------------------


def _flipped(data: bytes, rng: np.random.Generator) -> bytes:
    """Flip up to eight bits."""
    hurt = bytearray(data)
    for _ in range(int(rng.integers(1, 9))):
        hurt[int(rng.uniform(0.02, 1.0) * len(hurt))] ^= 1 << int(rng.integers(0, 8))
    return bytes(hurt)


def _overwritten(data: bytes, rng: np.random.Generator) -> bytes:
    return _replaced(data, rng, rng.bytes)


def _zeroed(data: bytes, rng: np.random.Generator) -> bytes:
    return _replaced(data, rng, bytes)


def _replaced(data: bytes, rng: np.random.Generator, made: Callable[[int], bytes]) -> bytes:
    length = int(rng.integers(64, 4096))
    start = int(rng.uniform(0.05, 0.95) * (len(data) - length))
    return data[:start] + made(length) + data[start + length :]


def _cut(data: bytes, rng: np.random.Generator) -> bytes:
    return data[: int(rng.uniform(0.1, 0.99) * len(data))]


_PLANTS: dict[str, Plant] = {"flipped": _flipped, "overwritten": _overwritten, "zeroed": _zeroed, "cut": _cut}
