"""IEMOCAP: utterances of acted dialogues, each with its sound, its words, and the emotion that annotators heard in it.

The corpus is given out by the SAIL laboratory of the University of Southern California, to those who sign its licence:
https://sail.usc.edu/iemocap/iemocap_release.htm. It is for research alone, and neither it nor what is made of it may be
passed on: do not publish what you build on a public Hub. ``--data-dir`` points at ``IEMOCAP_full_release`` as it was
extracted. Nothing is downloaded.

Splits go by sessions, so that no speaker is in two of them: each session has two speakers of its own.

C. Busso et al.: IEMOCAP: interactive emotional dyadic motion capture database, Language Resources and Evaluation, 2008.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import DirectoryPath, Field

import mmhub
from mmhub import Column, Lost, Recipe, Remark, Row, SourceError, Step
from mmhub.places.remarks import some

from .evaluation import Turn, turns
from .transcription import transcripts

SESSIONS = range(1, 6)
EMOTIONS = {
    "neu": "neutral",
    "hap": "happiness",
    "sad": "sadness",
    "ang": "anger",
    "exc": "excitement",
    "fru": "frustration",
    "fea": "fear",
    "sur": "surprise",
    "dis": "disgust",
    "oth": "other",
    "xxx": None,
}
"""What the codes stand for; with ``xxx`` the annotators did not agree."""


class Options(mmhub.Options):
    """Where the corpus is, and which sessions are kept apart."""

    data_dir: DirectoryPath
    """The folder ``IEMOCAP_full_release``, or the one that holds it."""
    validation_session: int | None = Field(default=4, ge=1, le=5)
    """The session that is the split `validation`; with none there is no such split."""
    test_session: int | None = Field(default=5, ge=1, le=5)
    """The session that is the split `test`; with none there is no such split."""


recipe = Recipe(
    name="iemocap",
    summary="IEMOCAP: utterances of acted dialogues, with sound, words, and the emotion annotators heard in them.",
    licence="other",
    homepage="https://sail.usc.edu/iemocap/",
    fields={
        "speech": Column(modality="audio", required=True),
        "transcript": Column(modality="text"),
        "emotion": Column(modality="string"),
        "code": Column(modality="string"),
        "valence": Column(modality="float64"),
        "activation": Column(modality="float64"),
        "dominance": Column(modality="float64"),
        "judges": Column(modality="string", many=True),
        "judgements": Column(modality="string", many=True),
        "raters": Column(modality="string", many=True),
        "ratings": Column(modality="float64", many=True, length=3),
        "dialogue": Column(modality="string"),
        "is_scripted": Column(modality="bool"),
        "session": Column(modality="int64"),
        "speaker": Column(modality="string"),
        "start_seconds": Column(modality="float64"),
        "end_seconds": Column(modality="float64"),
    },
    steps=(
        Step("text/unicode"),
        Step("text/whitespace"),
        Step("audio/format"),
        Step("audio/duration"),
        Step("audio/silence"),
        Step("audio/clipping"),
        Step("audio/speech"),
        Step("audio/transformer"),
        Step("text/transformer"),
    ),
)


def rows(options: Options, folder: Path | None) -> Iterator[Row | Lost | Remark]:
    """Yield a row for each turn that was judged, session by session, dialogue by dialogue."""
    root = _root(options.data_dir)
    unjudged: list[str] = []
    for session in SESSIONS:
        dialog = root / f"Session{session}" / "dialog"
        # Finder of macOS leaves files like ._Ses01F_impro01.txt, which hold no text.
        for file in sorted(dialog.glob("EmoEvaluation/[!.]*.txt")):
            yield from _dialogue(options, root, session, file, unjudged)
    if unjudged:
        yield Remark(f"{some(unjudged, 'utterance')} with a transcript that nobody judged: left out")


def _root(data_dir: Path) -> Path:
    for place in (data_dir, data_dir / "IEMOCAP_full_release"):
        if any((place / f"Session{session}" / "dialog").is_dir() for session in SESSIONS):
            return place
    raise SourceError(f"{str(data_dir)!r} holds no IEMOCAP: expected Session1 to Session5, each with a folder dialog")


def _dialogue(
    options: Options, root: Path, session: int, file: Path, unjudged: list[str]
) -> Iterator[Row | Lost | Remark]:
    spoken: dict[str, str] = {}
    for each in transcripts(file.parents[1] / "transcriptions" / file.name):
        if isinstance(each, Lost):
            yield each
        elif each.turn in spoken:
            yield Lost(each.place, "duplicate", f"{each.place}: {each.turn!r} has a transcript before")
        else:
            spoken[each.turn] = each.text
    judged: dict[str, str] = {}
    for turn in turns(file):
        if isinstance(turn, Lost):
            yield turn
        elif turn.name in judged:
            yield Lost(turn.place, "duplicate", f"{turn.place}: {turn.name!r} was in {judged[turn.name]} before")
        else:
            judged[turn.name] = turn.place
            wav = root / f"Session{session}" / "sentences" / "wav" / file.stem / f"{turn.name}.wav"
            yield _row(turn, session, file.stem) | {
                "split": _split(options, session),
                "speech": wav,
                "transcript": spoken.get(turn.name),
            }
    unjudged += [name for name in spoken if name not in judged]


def _row(turn: Turn, session: int, dialogue: str) -> dict[str, Any]:
    return {
        "row_id": turn.name,
        "emotion": EMOTIONS[turn.code],
        "code": turn.code,
        "valence": turn.rating[0],
        "activation": turn.rating[1],
        "dominance": turn.rating[2],
        "judges": [who for who, _ in turn.judgements],
        "judgements": [what for _, what in turn.judgements],
        "raters": [who for who, _ in turn.ratings],
        "ratings": [list(numbers) for _, numbers in turn.ratings],
        "dialogue": dialogue,
        "is_scripted": "script" in dialogue,
        "session": session,
        # The letter before the number says who speaks: the session's woman or its man.
        "speaker": f"Ses{session:02d}{turn.name[-4]}",
        "start_seconds": turn.start_seconds,
        "end_seconds": turn.end_seconds,
    }


def _split(options: Options, session: int) -> str:
    if session == options.test_session:
        return "test"
    return "validation" if session == options.validation_session else "train"
