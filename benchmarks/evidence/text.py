"""What the text operators find, repair and leave alone, on real captions, labels and paragraphs."""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evidence import text_defects as defects
from evidence import text_personal as personal
from evidence.scoring import Scored, halves, scored
from evidence.text_edits import altered, edited, other_word, words_of
from evidence.text_samples import Texts, read
from mmhub import Cleaner, Distinct, Rule
from mmhub_text.damage import DAMAGE
from mmhub_text.html import HTML
from mmhub_text.invisible import INVISIBLE
from mmhub_text.language import LANGUAGE
from mmhub_text.length import LENGTH
from mmhub_text.minhash import MINHASH
from mmhub_text.personal_data import PERSONAL_DATA
from mmhub_text.quality import QUALITY
from mmhub_text.repetition import REPETITION
from mmhub_text.spelling import SPELLING
from mmhub_text.unicode import UNICODE
from mmhub_text.urls import URLS

_CODES = {
    "ara": "ar", "arb": "ar", "ces": "cs", "dan": "da", "deu": "de", "ell": "el", "eng": "en", "fin": "fi", "fra": "fr",
    "heb": "he", "hin": "hi", "hun": "hu", "ita": "it", "jpn": "ja", "kor": "ko", "nld": "nl", "pol": "pl", "por": "pt",
    "ron": "ro", "rus": "ru", "spa": "es", "swe": "sv", "tur": "tr", "ukr": "uk", "vie": "vi", "cmn": "zh", "zho": "zh",
    "bul": "bg", "cat": "ca", "hrv": "hr", "est": "et", "fas": "fa", "pes": "fa", "ind": "id", "lav": "lv", "lit": "lt",
    "nob": "no", "nno": "nn", "slk": "sk", "slv": "sl", "srp": "sr", "tha": "th", "ben": "bn", "tam": "ta", "urd": "ur",
}  # fmt: skip
_LEAST = 200
Change = Callable[[str, random.Random, Sequence[str]], str]


def rows(samples: Path, seed: int) -> Iterator[Scored]:
    """Yield the rows of text: the half of the samples no threshold was chosen on, with defects planted by ``seed``."""
    found = read(samples)
    texts = Texts(*(halves(each)[1] for each in (found.labels, found.captions, found.paragraphs)))
    yield from _duplicates(texts, seed)
    yield from _personal(texts, seed)
    yield from _language(texts, seed)
    yield from _damaged(texts, samples, seed)
    yield from _repairs(texts, seed)
    yield from _repetition(texts, seed)
    yield _spelling(texts, seed)


def fails(cleaner: Cleaner, texts: Sequence[str]) -> list[bool]:
    """Return which texts a cleaner would drop by the rules that are on."""
    columns = cleaner.measure(texts, cleaner.options()) if cleaner.measure else {}
    rules = [rule for rule in cleaner.rules if isinstance(rule, Rule) and rule.on]
    return [any(_fails(rule, columns[rule.fact][n]) for rule in rules) for n in range(len(texts))]


def _fails(rule: Rule, value: Any) -> bool:
    return value is not None and (
        (rule.at_least is not None and value < rule.at_least)
        or (rule.at_most is not None and value > rule.at_most)
        or (rule.one_of is not None and value not in rule.one_of)
    )


def repaired(cleaner: Cleaner, texts: Sequence[str]) -> list[str]:
    """Return texts as a cleaner leaves them."""
    assert cleaner.repair
    made = cleaner.repair(texts, cleaner.options())
    return [text if new is None else new for text, new in zip(texts, made, strict=True)]


def _duplicates(texts: Texts, seed: int) -> Iterator[Scored]:
    """Yield how well near duplicates are told from texts that share most of their words and say something else."""
    captions, paragraphs = texts.captions, [text for _, text in texts.paragraphs]
    long = [text for text in (*captions, *paragraphs) if len(words_of(text)) > 5]
    labels = [text for text in texts.labels if 1 < len(words_of(text)) < 6]
    yield _compared("text-duplicates", long, seed, "F1; 6 words or more; others: 3 words in 10 changed")
    yield _compared("text-duplicates-captions", [text for text in captions if text in long], seed, "F1")
    yield _compared("text-duplicates-paragraphs", [text for text in paragraphs if text in long], seed, "F1")
    yield _compared(
        "text-duplicates-one-word", captions, seed, "F1; captions; others: one long word changed", other_word
    )
    yield _compared("text-duplicates-labels", labels, seed, "F1; labels of 2 to 5 words, a typo or another word")


def _compared(slug: str, texts: Sequence[str], seed: int, note: str, other: Change = altered) -> Scored:
    rng = random.Random(seed)
    pool = sorted({word for text in texts for word in words_of(text)})
    trials = [text for _ in range(-(-_LEAST // len(texts))) for text in texts]
    alike = [edited(text, rng)[0] for text in trials]
    unlike = [other(text, rng, pool) for text in trials]
    found = _repeats([*texts, *alike, *unlike])
    caught = found[len(texts) : len(texts) + len(alike)]
    wrong = [*found[: len(texts)], *found[len(texts) + len(alike) :]]
    return Scored(
        slug=slug,
        recall=_f1(sum(caught), sum(wrong), len(caught)),
        lost=sum(wrong) / len(wrong),
        n=len(caught),
        n_clean=len(wrong),
        interval=_interval(caught, wrong, seed),
        note=note,
    )


def _repeats(texts: Sequence[str]) -> list[bool]:
    """Return which texts the rule of text/minhash finds alike an earlier one that is kept; all are compared."""
    assert MINHASH.measure
    (rule,) = (rule for rule in MINHASH.rules if isinstance(rule, Distinct))
    signatures = np.array(MINHASH.measure(texts, MINHASH.options())["signature"], dtype=np.uint32)
    kept: list[int] = []
    found = []
    for place, signature in enumerate(signatures):
        share = (signatures[kept] == signature).mean(axis=1) if kept else np.zeros(1)
        found.append(bool(share.max() >= (rule.at_least or 1.0)))
        if not found[-1]:
            kept.append(place)
    return found


def _f1(hits: float, wrong: float, planted: int) -> float:
    return float(2 * hits / (hits + wrong + planted))


def _interval(caught: Sequence[bool], wrong: Sequence[bool], seed: int) -> tuple[float, float]:
    """Return the 95 % interval of an F1, by drawing the counts anew (a parametric bootstrap; Efron, 1979)."""
    rng = np.random.default_rng(seed)
    hits = rng.binomial(len(caught), sum(caught) / len(caught), 2000)
    misses = rng.binomial(len(wrong), sum(wrong) / len(wrong), 2000)
    low, high = np.quantile(
        [_f1(hit, miss, len(caught)) for hit, miss in zip(hits, misses, strict=True)], [0.025, 0.975]
    )
    return float(low), float(high)


def _personal(texts: Texts, seed: int) -> Iterator[Scored]:
    """Yield how much personal data is masked, in sentences of many languages, and how often something else is."""
    rng = random.Random(seed)
    sound = texts.all()
    hard = [f"{rng.choice(sound)} {personal.harmless(rng)}" for _ in range(1000)]
    changed = [new != old for new, old in zip(repaired(PERSONAL_DATA, sound), sound, strict=True)]
    wrong = [new != old for new, old in zip(repaired(PERSONAL_DATA, hard), hard, strict=True)]
    caught = {kind: _masked(kind, sound, rng) for kind in personal.MAKERS}
    yield scored(
        "personal-data", [each for kind in caught.values() for each in kind], [*changed, *wrong], "masked as its kind"
    )
    yield scored("personal-data-hard", [], wrong, "dates, order and book numbers, versions, prices, hashes")
    for kind, each in caught.items():
        yield scored(f"personal-data-{kind}", each, changed, "sound: texts as they are")


def _masked(kind: str, sound: Sequence[str], rng: random.Random) -> list[bool]:
    phrases = [personal.planted(kind, rng) for _ in range(250)]
    texts = [f"{rng.choice(sound)} {phrase}" for phrase in phrases]
    mask = f"<{kind.upper()}>"
    return [mask in after for after in repaired(PERSONAL_DATA, texts)]


def _language(texts: Texts, seed: int) -> Iterator[Scored]:
    rng = random.Random(seed)
    long = [(_CODES[code], text) for code, text in texts.paragraphs if len(text) >= 40 and code in _CODES]
    yield scored("language", _identified(long), [], f"{len({code for code, _ in long})} languages")
    yield scored(
        "language-40", _identified([(code, _span(text, rng)) for code, text in long]), [], "any 40 characters in a row"
    )
    yield scored("language-captions", _identified([("en", text) for text in texts.captions]), [], "English captions")


def _span(text: str, rng: random.Random) -> str:
    start = rng.randrange(len(text) - 39)
    return text[start : start + 40]


def _identified(pairs: Sequence[tuple[str, str]]) -> list[bool]:
    assert LANGUAGE.measure
    found = LANGUAGE.measure([text for _, text in pairs], LANGUAGE.options())["language"]
    return [code == each for (code, _), each in zip(pairs, found, strict=True)]


def _damaged(texts: Texts, samples: Path, seed: int) -> Iterator[Scored]:
    """Yield which texts are dropped that were read in a wrong encoding, or cut within a character."""
    rng = random.Random(seed)
    spoilt = [defects.misread(text, code, rng) for code, text in texts.paragraphs]
    spoilt += [defects.cut(text, rng) for _, text in texts.paragraphs]
    hostile = _hostile(samples / "hostile/text")
    planted = [text for text in spoilt if text]
    found, lost = _dropped([*hostile, *planted]), _dropped(texts.all())
    yield scored("damaged-text", found, lost, f"{len(hostile)} hostile files among them")
    yield scored("damaged-text-hostile", found[: len(hostile)], lost, "files in other encodings, read as UTF-8")


def _dropped(texts: Sequence[str]) -> list[bool]:
    """Return which texts are dropped as damaged once they have been repaired, as far as that goes."""
    return fails(DAMAGE, repaired(INVISIBLE, repaired(UNICODE, texts)))


def _hostile(folder: Path) -> list[str]:
    """Return the files of a folder that are no UTF-8, or hold control characters, read as if they were."""
    found = [path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()] if folder.is_dir() else []
    return [data.decode("utf-8", "replace") for data in found if b"\0" in data or not _is_utf8(data)]


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _repairs(texts: Texts, seed: int) -> Iterator[Scored]:
    """Yield which spoilt texts are restored to the letter, and which sound ones are changed."""
    rng = random.Random(seed)
    sound = repaired(UNICODE, texts.all())
    captions = texts.captions
    spoilt = [(text, defects.mojibake(text)) for text in sound]
    yield _restored("mojibake", UNICODE, [(text, bad) for text, bad in spoilt if bad and not text.isascii()], sound)
    yield _restored(
        "invisible", INVISIBLE, [(text, defects.with_nothing(text, rng)) for text in captions * 2], sound + _JOINED
    )
    yield _restored("html", HTML, [(text, defects.marked_up(text, rng)) for text in captions * 2], sound + _UNMARKED)
    yield _restored("urls", URLS, [(text, defects.linked(text, rng)) for text in captions * 2], sound + _UNLINKED)


_JOINED = ["👨‍👩‍👧 at home", "🏳️‍🌈", "می‌خواهم بروم", "क्‍ष और र्‍य", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 won", "ශ්‍රී ලංකා", "שלום \u200fabc\u200e"]
_UNMARKED = [
    "x < y and y > z",
    "I <3 you",
    "AT&T",
    "List<String> a",
    "?a=1&copy=2",
    "<EMAIL> wrote",
    "a <- b",
    "R&D; Q&A",
]
_UNLINKED = ["e.g. this/that", "and/or", "a.m./p.m.", "node.js", "U.S.A.", "1.5/2", "file.py", "Mr.Smith"]


def _restored(kind: str, cleaner: Cleaner, pairs: Sequence[tuple[str, str]], sound: Sequence[str]) -> Scored:
    found = repaired(cleaner, [bad for _, bad in pairs])
    caught = [" ".join(new.split()) == " ".join(text.split()) for (text, _), new in zip(pairs, found, strict=True)]
    changed = [new != old for new, old in zip(repaired(cleaner, sound), sound, strict=True)]
    return scored(f"text-{kind}", caught, changed, "restored to the letter; sound texts changed")


def _repetition(texts: Texts, seed: int) -> Iterator[Scored]:
    rng = random.Random(seed)
    sound = texts.all()
    planted = [defects.repeating(text, rng) for text in texts.captions * 2]
    yield scored("text-repetition", fails(REPETITION, planted), fails(REPETITION, sound), "rules on by default")
    soup = ["".join(rng.choice("#$%&*<>[]~^|/\\=_-.:;0123456789 ") for _ in range(80)) for _ in range(_LEAST)]
    yield scored("text-quality", fails(QUALITY, soup), fails(QUALITY, sound), "signs and digits; rules on by default")
    yield scored("text-length", fails(LENGTH, ["", " \u3000", "—", "…?", "x" * 60_000] * 40), fails(LENGTH, sound), "")


def _spelling(texts: Texts, seed: int) -> Scored:
    """Return how well the share of unknown words tells captions with three words in ten misspelt from sound ones."""
    assert SPELLING.measure
    rng = random.Random(seed)
    sound = texts.captions * 2
    spoilt = [_misspelt(text, rng) for text in sound]
    shares = SPELLING.measure([*sound, *spoilt], SPELLING.options())["unknown_ratio"]
    clean, bad = [[share or 0.0 for share in part] for part in (shares[: len(sound)], shares[len(sound) :])]
    area = float(np.mean([(one < other) + 0.5 * (one == other) for one in clean for other in bad]))
    return Scored(
        "text-spelling", area, None, len(bad), len(clean), None, "area under the curve, 3 words in 10 misspelt"
    )


def _misspelt(text: str, rng: random.Random) -> str:
    words = text.split()
    long = [place for place, word in enumerate(words) if len(word) > 3]
    for place in rng.sample(long, min(len(long), max(1, round(0.3 * len(words))))):
        at = rng.randrange(len(words[place]) - 1)
        words[place] = words[place][:at] + rng.choice("abcdefghijklmnopqrstuvwxyz") + words[place][at + 1 :]
    return " ".join(words)
