"""Whether what an operator has repaired is whole."""

from collections.abc import Iterator, Sequence
from typing import Any

from mmhub.operators import Aligner, Cleaner, Media, Mended
from mmhub.testing.measuring import pairs_of
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
    made = [_value(each) for each in made]
    repaired = [each for each in made if each is not None]
    yield from _check_again(cleaner, "what it has just repaired", cleaner.repair(repaired, options))
    if modality.decode and modality.encode:
        published = [modality.decode(Media(data=modality.encode(each))) for each in repaired]
        yield from _check_again(cleaner, "what it repaired, once that is encoded", cleaner.repair(published, options))
    alone = [_value(cleaner.repair([value], options)[0]) is None for value in trial.values(cleaner.modality)]
    if alone != [each is None for each in made]:
        yield f"{cleaner.name!r} repairs a value alone and not among others, or the other way round"


def check_pair_repair(aligner: Aligner, trial: Trial) -> Iterator[str]:
    """Yield what the repair of a pair would repair again, or does to a value only in company."""
    repair = aligner.repair
    if repair is None:
        return
    options = trial.chosen(aligner)
    for left, _ in aligner.modalities:
        modality = trial.offers.modality(left)
        if modality.decode and not modality.encode:
            yield f"{aligner.name!r} repairs {left}, which has no `encode`: what it repairs could not be published"
    for pairs in pairs_of(aligner, trial):
        made = repair([left for left, _ in pairs], [right for _, right in pairs], options)
        if len(made) != len(pairs):
            yield f"{aligner.name!r} returns {len(made)} repairs of {len(pairs)} pairs: expected None where all is well"
            continue
        repaired = [
            (_value(new), right) for new, (_, right) in zip(made, pairs, strict=True) if _value(new) is not None
        ]
        yield from _check_again(
            aligner, "what it has just repaired", [repair([one], [two], options)[0] for one, two in repaired]
        )
        if [_value(repair([one], [two], options)[0]) is None for one, two in pairs] != [
            _value(n) is None for n in made
        ]:
            yield f"{aligner.name!r} repairs a pair alone and not among others, or the other way round"


def _value(made: Any) -> Any:
    """Return the value a repair has made, None where nothing was wrong."""
    return made.value if isinstance(made, Mended) else made


def _check_again(cleaner: Cleaner | Aligner, what: str, made: Sequence[Any]) -> Iterator[str]:
    if any(_value(each) is not None for each in made):
        yield f"{cleaner.name!r} repairs {what} once more: expected None for its own work"
