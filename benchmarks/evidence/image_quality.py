"""Blurred, noisy, hard-compressed, badly exposed and empty pictures."""

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from evidence.photographs import Pixels, cropped, file_of, lit, photographs, pixels_of, rounded, seen
from evidence.scoring import Scored, scored
from mmhub import Rule
from mmhub_image import Picture
from mmhub_image.blur import BLUR
from mmhub_image.compression import COMPRESSION
from mmhub_image.contrast import CONTRAST
from mmhub_image.exposure import EXPOSURE
from mmhub_image.noise import NOISE
from mmhub_image.sharpness import SHARPNESS
from mmhub_image.uniform import UNIFORM

_TRIALS, _GRADED = 224, 64
_CLEANERS = (SHARPNESS, BLUR, NOISE, EXPOSURE, CONTRAST, UNIFORM, COMPRESSION)
_KINDS = {
    "blur": ("blurred", "soft"),
    "noise": ("noisy",),
    "jpeg": ("compressed", "blocky"),
    "exposure-dark": ("under-exposed",),
    "exposure-bright": ("over-exposed", "burnt-out", "blown-out"),
    "uniform": ("empty", "featureless", "flat"),
}
"""The reasons each kind is dropped for."""
Plant = Callable[[Pixels, np.random.Generator], bytes]


def rows(samples: Path, seed: int) -> Iterator[Scored]:
    """Yield a row of all kinds, one per kind at the strength that has to be found, and others for how it goes on."""
    pictures = [pixels_of(path) for path in photographs(samples)]
    clean = [reasons(file) for file in _planted(pictures, harmless, _TRIALS, seed)]
    missed = {
        kind: [reasons(file) for file in _planted(pictures, plant, _TRIALS, seed)] for kind, plant in KINDS.items()
    }
    everything = [bool(each) for found in missed.values() for each in found]
    yield scored("image-quality", everything, [bool(each) for each in clean], "dropped by any rule")
    for kind, found in missed.items():
        lost = [not each.isdisjoint(_KINDS[kind]) for each in clean]
        by_its_own = sum(not each.isdisjoint(_KINDS[kind]) for each in found) / len(found)
        yield scored(
            f"image-quality/{kind}", [bool(each) for each in found], lost, f"{by_its_own:.3f} by its own rules"
        )
    for name, plant in GRADED.items():
        found = [reasons(file) for file in _planted(pictures, plant, _GRADED, seed)]
        yield scored(f"image-quality/{name}", [bool(each) for each in found], [])


def _planted(pictures: list[Pixels], plant: Plant, count: int, seed: int) -> Iterator[bytes]:
    """Yield files with a defect, planted into a slight crop of one photograph after another."""
    for trial in range(count):
        rng = np.random.default_rng((seed, trial))
        yield plant(cropped(pictures[trial % len(pictures)], rng), rng)


def reasons(file: bytes) -> frozenset[str]:
    """Return the reasons for which default rules drop a picture."""
    picture = seen(file)
    return frozenset({"undecodable"}) if picture is None else frozenset(_broken(picture))


def _broken(picture: Picture) -> Iterator[str]:
    for cleaner in _CLEANERS:
        facts = cleaner.measure([picture], cleaner.options()) if cleaner.measure else {}
        for rule in cleaner.rules:
            if isinstance(rule, Rule) and rule.on and _fails(facts[rule.fact][0], rule):
                yield rule.reason


def _fails(fact: float | None, rule: Rule) -> bool:
    if fact is None:
        return False
    low, high = rule.at_least, rule.at_most
    return (low is not None and fact < low) or (high is not None and fact > high)


# -- what is planted -----------------------------------------------------------------------------------------


def saved(pixels: Pixels, rng: np.random.Generator) -> bytes:
    """Save as one does: as a good JPEG, or as a PNG."""
    if rng.random() < 0.25:
        return file_of(pixels, "PNG", compress_level=1)
    return file_of(pixels, quality=int(rng.integers(88, 96)))


def harmless(pixels: Pixels, rng: np.random.Generator) -> bytes:
    """Save a slight crop again, at quality 90."""
    return file_of(pixels, quality=90)


def blurred(sigma: float) -> Plant:
    """Return what blurs by a Gaussian of so many pixels."""
    return lambda pixels, rng: saved(cv2.GaussianBlur(pixels, (0, 0), sigma), rng)


def noisy(sigma: float) -> Plant:
    """Return what adds Gaussian noise, in half of all trials the same to all colours."""

    def planted(pixels: Pixels, rng: np.random.Generator) -> bytes:
        colours = int(rng.choice((1, 3)))
        return saved(rounded(pixels + rng.normal(0, sigma, (*pixels.shape[:2], colours))), rng)

    return planted


def compressed(quality: int) -> Plant:
    """Return what saves as a bad JPEG, in half of all trials once more as a good one."""

    def planted(pixels: Pixels, rng: np.random.Generator) -> bytes:
        file = file_of(pixels, quality=quality)
        if rng.random() < 0.5:
            return file
        picture = seen(file)
        return file if picture is None else saved(cropped(picture.rgb, rng), rng)

    return planted


def exposed(factor: float) -> Plant:
    """Return what multiplies all values."""
    return lambda pixels, rng: saved(lit(pixels, factor), rng)


def empty(pixels: Pixels, rng: np.random.Generator) -> bytes:
    """Make a picture of one tone, with faint noise, a slope, or a few dots: nothing of the photograph is left."""
    height, width = pixels.shape[:2]
    made = np.broadcast_to(rng.uniform(0, 255, 3), pixels.shape).astype(np.float64)
    how = rng.integers(4)
    if how == 1:
        made = made + rng.normal(0, rng.uniform(1, 5), pixels.shape)
    if how == 2:
        made = made + np.linspace(-1, 1, width)[None, :, None] * rng.uniform(5, 40)
    if how == 3:
        for _ in range(rng.integers(1, 4)):
            top, left = rng.integers(0, height - 6), rng.integers(0, width - 6)
            made[top : top + 6, left : left + 6] = 255 - made[top, left]
    return saved(rounded(made), rng)


KINDS: dict[str, Plant] = {
    "blur": blurred(2.5),
    "noise": noisy(20),
    "jpeg": compressed(10),
    "exposure-dark": exposed(0.15),
    "exposure-bright": exposed(4),
    "uniform": empty,
}
"""Each kind at the strength from which on it has to be found."""
GRADED: dict[str, Plant] = {
    **{f"blur/sigma-{sigma}": blurred(sigma) for sigma in (1.0, 1.5, 2.0, 4.0, 8.0)},
    **{f"noise/sigma-{sigma}": noisy(sigma) for sigma in (10, 15, 30, 50)},
    **{f"jpeg/quality-{quality}": compressed(quality) for quality in (5, 15, 20, 30)},
    **{f"exposure-dark/x{factor}": exposed(factor) for factor in (0.1, 0.25, 0.4)},
    **{f"exposure-bright/x{factor}": exposed(factor) for factor in (2, 3, 6)},
}
"""Weaker and stronger ones."""
