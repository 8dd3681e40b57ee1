"""Whether what a cleaner has repaired is whole."""

from collections.abc import Iterator, Sequence
from typing import Any

from mmhub.operators import Cleaner, Media
from mmhub.testing.trial import Trial


def check_repair(cleaner: Cleaner, trial: Trial) -> Iterator[str]:
    """Yield what a repair would repair again, or does to a value only in company."""
    if cleaner.repair is None:
        return
    modality, options = trial.offers.modality(cleaner.modality), trial.chosen(cleaner)
    if modality.decode and not modality.encode:
        yield f"{cleaner.name!r} repairs {modality.name}, which has no `encode`: what it repairs could not be published"
        return
    values = trial.values(cleaner.modality)
    made = cleaner.repair(values, options)
    if len(made) != len(values):
        yield f"{cleaner.name!r} returns {len(made)} repairs of {len(values)} values: expected None where all is well"
        return
    repaired = [each for each in made if each is not None]
    yield from _check_again(cleaner, "what it has just repaired", cleaner.repair(repaired, options))
    if modality.decode and modality.encode:
        published = [modality.decode(Media(data=modality.encode(each))) for each in repaired]
        yield from _check_again(cleaner, "what it repaired, once that is encoded", cleaner.repair(published, options))
    alone = [cleaner.repair([value], options)[0] is None for value in trial.values(cleaner.modality)]
    if alone != [each is None for each in made]:
        yield f"{cleaner.name!r} repairs a value alone and not among others, or the other way round"


def _check_again(cleaner: Cleaner, what: str, made: Sequence[Any]) -> Iterator[str]:
    if any(each is not None for each in made):
        yield f"{cleaner.name!r} repairs {what} once more: expected None for its own work"
