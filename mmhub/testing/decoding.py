"""Whether a modality decodes what is sound, twice alike, and refuses what is not."""

import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mmhub.errors import Undecodable
from mmhub.operators import Media, Modality
from mmhub.testing.measuring import facts_of
from mmhub.testing.trial import Trial, as_media

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_NOISE = random.Random(0).randbytes(4096)


def check_samples(modality: str, trial: Trial) -> Iterator[str]:
    """Yield which samples are lacking, or are refused though they are said to be sound."""
    samples = trial.samples.get(modality, ())
    if len(samples) < 2:
        yield f"the contract's `samples` hold {len(samples)} values of {modality}: expected two or more that differ"
    decode = trial.offers.modality(modality).decode
    for number, sample in enumerate(samples if decode else ()):
        try:
            assert decode is not None
            if decode(as_media(sample)) is None:
                yield f"{modality!r} decodes sample {number} to None: expected a value, or that it raises Undecodable"
        except Undecodable as error:
            yield f"sample {number} of {modality} is refused as {error.reason!r}: {error.message}"
        except Exception as error:  # noqa: BLE001  (a decoder raises whatever it likes)
            yield f"{modality!r} fails on sample {number} with {type(error).__name__}: {error}"


def check_refusals(modality: Modality, trial: Trial, refused: Sequence[bytes], *, endless: bool) -> Iterator[str]:
    """Yield which damaged files a modality takes for sound, or fails on with another error than Undecodable."""
    if modality.decode is None:
        return
    yield from _check_refused(modality, "an empty file", b"")
    yield from _check_refused(modality, "a file of random bytes", _NOISE)
    for number, data in enumerate(refused):
        yield from _check_refused(modality, f"`refused` file {number}", data)
    for number, sample in enumerate(() if endless else trial.samples.get(modality.name, ())):
        data = as_media(sample).read()
        yield from _check_refused(modality, f"sample {number} cut in half", data[: len(data) // 2])


def _check_refused(modality: Modality, what: str, data: bytes) -> Iterator[str]:
    assert modality.decode is not None
    try:
        value = modality.decode(Media(data=data))
    except Undecodable as error:
        if not _SLUG.fullmatch(error.reason):
            yield f"{modality.name!r} refuses {what} for {error.reason!r}: expected a slug, as in 'not-a-picture'"
    except Exception as error:  # noqa: BLE001  (a decoder may raise anything)
        yield f"{modality.name!r} fails on {what} with {type(error).__name__}: {error}; expected Undecodable"
    else:
        yield f"{modality.name!r} decodes {what} to {_shortened(value)}: expected Undecodable"


def check_decoding(modality: Modality, trial: Trial) -> Iterator[str]:
    """Yield what depends on when a value is decoded, or on whether it comes as bytes or as a file."""
    if modality.decode is None:
        return
    once, again = (facts_of(trial, modality.name, trial.values(modality.name)) for _ in range(2))
    for name in once:
        if once[name] != again[name]:
            yield f"{modality.name!r}: a value decoded twice has other facts by {name!r}"
    with tempfile.TemporaryDirectory() as folder:
        files = [_other_way(sample, Path(folder, str(n))) for n, sample in enumerate(trial.samples[modality.name])]
        moved = facts_of(trial, modality.name, [modality.decode(each) for each in files])
        for name in once:
            if once[name] != moved[name]:
                yield f"{modality.name!r}: a value read from a file has other facts by {name!r} than its bytes"


def check_encoding(modality: Modality, trial: Trial) -> Iterator[str]:
    """Yield what a modality encodes and cannot decode again."""
    if modality.decode is None or modality.encode is None:
        return
    for number, value in enumerate(trial.values(modality.name)):
        data = modality.encode(value)
        if not isinstance(data, bytes):
            yield f"{modality.name!r} encodes sample {number} to {type(data).__name__}: expected bytes"
            continue
        try:
            modality.decode(Media(data=data))
        except Undecodable as error:
            yield f"{modality.name!r} encodes sample {number} to bytes it refuses as {error.reason!r}: {error.message}"


def _other_way(sample: Any, path: Path) -> Media:
    """Return a sample as a file if it is given as bytes, and the other way round."""
    media = as_media(sample)
    if media.data is None:
        return Media(data=media.read())
    path.write_bytes(media.data)
    return Media(path=str(path))


def _shortened(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
