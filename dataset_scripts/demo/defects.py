"""Which rows of the demo have which defect."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .contents import Content, Kind
from .scenes import unlike_scenes
from .sounds import unlike_sounds

_PLANTING = 3
_TONAL = ("tone", "buzz", "rising", "falling", "warble")
_EVERY: tuple[Kind, ...] = ("picture", "sound", "film")


@dataclass(frozen=True)
class Defect:
    """One kind of defect: the share of rows of which kinds that have it, and as what it counts as caught."""

    name: str
    kinds: tuple[Kind, ...]
    share: float
    caught_as: tuple[str, ...]


@dataclass(frozen=True)
class Plant:
    """A defect of one row; ``other`` is the row it is a duplicate of, or whose caption it has got."""

    defect: Defect
    other: Content | None = None


DEFECTS = (
    Defect("exact-duplicate", ("picture",), 0.015, ("exact-duplicate", "near-duplicate")),
    Defect("near-duplicate", ("picture",), 0.015, ("near-duplicate",)),
    Defect("swapped-picture", ("picture",), 0.03, ("mismatched",)),
    Defect("truncated-picture", ("picture",), 0.015, ("truncated", "damaged")),
    Defect("page-for-picture", ("picture",), 0.01, ("not-an-image",)),
    Defect("empty-file", ("picture",), 0.01, ("empty-file",)),
    Defect("missing-file", ("picture",), 0.01, ("not-found",)),
    Defect("blurred", ("picture",), 0.015, ("blurred",)),
    Defect("tiny", ("picture",), 0.01, ("too-small",)),
    Defect("turned", ("picture",), 0.015, ("image/orientation",)),
    Defect("clipped", ("sound",), 0.015, ("clipped",)),
    Defect("swapped-sound", ("sound",), 0.03, ("mismatched",)),
    Defect("truncated-sound", ("sound",), 0.015, ("truncated", "damaged")),
    Defect("page-for-sound", ("sound",), 0.015, ("not-audio", "no-samples")),
    Defect("silent", ("sound",), 0.015, ("silent",)),
    Defect("short-sound", ("sound",), 0.015, ("too-short",)),
    Defect("truncated-film", ("film",), 0.02, ("truncated", "damaged", "not-video")),
    Defect("soundless-film", ("film",), 0.02, ("no-sound",)),
    Defect("short-film", ("film",), 0.02, ("too-short",)),
    Defect("mojibake", _EVERY, 0.01, ("text/unicode",)),
    Defect("messy-whitespace", _EVERY, 0.01, ("text/whitespace",)),
    Defect("empty-caption", _EVERY, 0.01, ("empty",)),
)
UNLIKE: Mapping[str, Callable[[Content, Content], bool]] = {
    "swapped-picture": lambda one, other: unlike_scenes(one.scene, other.scene),
    "swapped-sound": lambda one, other: unlike_sounds(one.sound, other.sound),
}
DUPLICATES = ("exact-duplicate", "near-duplicate")


def plant(contents: Sequence[Content], seed: int) -> dict[str, Plant]:
    """Return the plants of all rows that have a defect, by row id; no row has two."""
    rng = np.random.default_rng([seed, len(contents), _PLANTING])
    free = [contents[number] for number in rng.permutation(len(contents))]
    plants: dict[str, Plant] = {}
    for defect in DEFECTS:
        count = max(1, round(defect.share * sum(content.kind in defect.kinds for content in contents)))
        fitting = [content for content in free if _fits(content, defect, len(contents))]
        if defect.name in UNLIKE:
            made = dict(_swapped(fitting, defect, count))
        else:
            made = {content.row_id: Plant(defect) for content in fitting[:count]}
        plants |= made
        free = [content for content in free if content.row_id not in made]
    return plants | dict(_copied(plants, contents, free))


def _fits(content: Content, defect: Defect, rows: int) -> bool:
    """Return whether a row can have a defect."""
    if content.kind not in defect.kinds:
        return False
    if defect.name in DUPLICATES:
        # Of duplicates the first is kept, so that they have to come after what they are duplicates of.
        return content.number >= rows // 2
    if defect.name == "turned":
        return content.suffix == ".jpg"
    if defect.name == "clipped":
        # A high or a rushing sound crosses its peak too fast to stay there.
        return content.sound.kind in _TONAL and content.sound.pitch == "low"
    return True


def _swapped(fitting: Iterable[Content], defect: Defect, count: int) -> Iterator[tuple[str, Plant]]:
    """Yield plants in pairs of rows that are unlike, each with the other's caption."""
    waiting: list[Content] = []
    pairs = 0
    for content in fitting:
        partner = next((one for one in waiting if UNLIKE[defect.name](one, content)), None)
        if partner is None:
            waiting.append(content)
            continue
        waiting.remove(partner)
        yield content.row_id, Plant(defect, partner)
        yield partner.row_id, Plant(defect, content)
        pairs += 1
        if 2 * pairs >= count:
            return


def _copied(
    plants: Mapping[str, Plant], contents: Sequence[Content], free: Sequence[Content]
) -> Iterator[tuple[str, Plant]]:
    """Yield the plants of duplicates again, each with a flawless picture before it that it is a duplicate of."""
    originals = [content for content in free if content.kind == "picture" and content.number < len(contents) // 2]
    copies = [row_id for row_id, planted in plants.items() if planted.defect.name in DUPLICATES]
    for row_id, original in zip(copies, originals, strict=False):
        yield row_id, Plant(plants[row_id].defect, original)
