"""Texts spoilt as they are on their way: wrong encodings, markup, characters that show nothing, repetition."""

import html
import random

LEGACY = {
    "rus": ("koi8-r", "cp1251", "iso8859-5"),
    "ukr": ("koi8-u", "cp1251"),
    "ell": ("iso8859-7", "cp1253"),
    "jpn": ("shift_jis", "euc-jp"),
    "cmn": ("gb18030",),
    "kor": ("euc-kr",),
    "heb": ("cp1255",),
    "arb": ("cp1256",),
    "pol": ("iso8859-2", "cp1250"),
    "ces": ("cp1250",),
    "tur": ("cp1254",),
    "fra": ("cp1252",),
}
_OTHER_LETTERS = ("rus", "ukr", "ell", "jpn", "cmn", "kor", "heb", "arb")
_NOTHING = ("\u200b", "\ufeff", "\u200e", "\u00ad", "\x00", "\x08", "\x7f", "\u2060", "\u200d", "\u202c")
_LINKS = ("https://example.com/a?b=1&c=2", "http://www.example.org/", "www.example.net/x", "bit.ly/3xYz", "t.co/AbC12")


def misread(text: str, language: str, rng: random.Random) -> str | None:
    """Return a text read in an encoding it was not written in, or ``None`` where that leaves it as it was."""
    written = rng.choice(LEGACY.get(language, ("utf-16-le",)))
    if rng.random() < 0.2:
        written = rng.choice(("utf-16-le", "utf-16-be"))
    data = text.encode(written, "ignore")
    latin = language in _OTHER_LETTERS or written.startswith("utf")
    after = data.decode(rng.choice(("utf-8", "latin-1")) if latin else "utf-8", "replace")
    return None if after == text else after


def cut(text: str, rng: random.Random) -> str | None:
    """Return a text whose UTF-8 ends within a character, or ``None`` where none takes two bytes."""
    wide = [place for place, char in enumerate(text) if ord(char) > 127]
    return text[: rng.choice(wide)] + "\ufffd" if wide else None


def mojibake(text: str) -> str | None:
    """Return UTF-8 read as Windows-1252, or ``None`` where that cannot be, or shows nothing."""
    try:
        after = text.encode().decode("cp1252")
    except UnicodeDecodeError:
        return None
    return None if after == text else after


def with_nothing(text: str, rng: random.Random) -> str:
    """Return a text with one to four characters in it that show nothing."""
    for _ in range(rng.randrange(1, 5)):
        place = rng.randrange(len(text) + 1)
        text = text[:place] + rng.choice(_NOTHING) + text[place:]
    return text


def marked_up(text: str, rng: random.Random) -> str:
    """Return a text as HTML: escaped, once or twice, in elements, with some of its words set off."""
    words = [html.escape(word, quote=False) for word in text.split(" ")]
    place = rng.randrange(len(words))
    words[place] = rng.choice(
        ("<b>{}</b>", '<a href="/x?a=1&amp;b=2">{}</a>', "<EM class=x>{}</EM>", "{}<!-- -->")
    ).format(words[place])
    body = " ".join(words)
    frame = rng.choice(
        ("<p>{}</p>", "<div id='a'>{}<br/></div>", "<script>var a = '<p>';</script>{}", "{}", "&amp;lt;p&amp;gt;{}")
    )
    return frame.format(body)


def linked(text: str, rng: random.Random) -> str:
    """Return a text with an address behind it, or before it."""
    link = rng.choice(_LINKS)
    return rng.choice((f"{text} {link}", f"{link} {text}", f"{text} (via {link})", f"{text} Read more: {link}"))


def repeating(text: str, rng: random.Random) -> str:
    """Return a text that says the same over and over: its beginning, a word, or a character."""
    words = text.split()
    return rng.choice(
        (
            " ".join(words[:3] * rng.randrange(20, 40)),
            " ".join([rng.choice(words)] * rng.randrange(12, 60)),
            text + rng.choice("!aхा.-") * rng.randrange(60, 200),
            "\n".join([text] * rng.randrange(4, 9)),
        )
    )
