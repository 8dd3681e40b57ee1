"""Characters that show nothing, taken out where no script and no emoji needs them."""

import re
from collections.abc import Sequence

from mmhub import Cleaner, Options
from mmhub_text.controls import CONTROL, is_riddled

_JOINED_SCRIPTS = "\u0600-\u07ff\u0840-\u08ff\u0900-\u0dff\u1800-\u18af\ufb50-\ufdff\ufe70-\ufefc\U00011000-\U000114df"
_UNSPACED_SCRIPTS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_PICTURES = "\u00a9\u00ae\u203c-\u3299\ufe0f\U0001f000-\U0001faff\U000e007f"
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_MARKS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_NEVER = (
    CONTROL + "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u2060-\u2065\u206a-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e001f"
)
_JOINERS = rf"(?<![{_JOINED_SCRIPTS}])\u200c|\u200c(?![{_JOINED_SCRIPTS}])"
_ZWJ = (
    rf"(?<![{_JOINED_SCRIPTS}{_PICTURES}])\u200d|(?<=[{_PICTURES}])\u200d(?![{_PICTURES}])"
    rf"|\u200d(?![{_JOINED_SCRIPTS}{_PICTURES}\s]|$)"
)
_BREAKS = rf"(?<![{_UNSPACED_SCRIPTS}])\u200b|\u200b(?![{_UNSPACED_SCRIPTS}])"
_TAGS = r"(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007f]+"
_ALWAYS = re.compile(f"[{_NEVER}]")
_ALWAYS_AND_MARKS = re.compile(f"[{_NEVER}{_MARKS}]")
_USELESS = re.compile("|".join((_JOINERS, _ZWJ, _BREAKS, _TAGS)))
_SUSPECT = re.compile(f"[{_NEVER}{_MARKS}\u200b-\u200d\U000e0020-\U000e007f]")


class InvisibleOptions(Options):
    """Which characters that show nothing may stay."""

    keep_direction: bool = True
    """Whether marks of writing direction stay in texts with Hebrew or Arabic letters."""


def visible(texts: Sequence[str], options: InvisibleOptions) -> list[str | None]:
    """Return each text without characters that show nothing, or ``None`` where there were none.

    Control characters, soft hyphens, byte order marks, fillers and stray tag characters go. A zero-width joiner
    or non-joiner stays between letters of scripts that are shaped by it and within emoji, a zero-width space
    between letters of scripts without spaces (Unicode Standard, 23.2; Unicode Technical Standard 51, 2.2).
    Tabs and line breaks stay: they are white space. A text with more than a few control characters stays as it is:
    it is damaged, which `text/damage` tells.
    """
    return [None if text.isascii() and text.isprintable() else _cleared(text, options) for text in texts]


def _cleared(text: str, options: InvisibleOptions) -> str | None:
    if not _SUSPECT.search(text) or is_riddled(text):
        return None
    directed = options.keep_direction and _RIGHT_TO_LEFT.search(text)
    after = (_ALWAYS if directed else _ALWAYS_AND_MARKS).sub("", text)
    before = None
    while after != before:
        # One joiner may have stood where another was needed.
        before, after = after, _USELESS.sub("", after)
    return None if after == text else after


INVISIBLE = Cleaner(
    name="text/invisible",
    version=2,
    modality="text",
    summary="Repairs control and zero-width characters, other than those that a script or an emoji needs.",
    options=InvisibleOptions,
    repair=visible,
)
