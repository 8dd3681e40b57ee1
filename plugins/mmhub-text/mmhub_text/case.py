"""What becomes of capital letters."""

from collections.abc import Sequence
from typing import Literal

from mmhub import Cleaner, Options


class CaseOptions(Options):
    """What becomes of capital letters."""

    policy: Literal["keep", "lower"] = "lower"
    """Whether capital letters stay, or become small ones."""


def cased(texts: Sequence[str], options: CaseOptions) -> list[str | None]:
    """Return each text in the case asked for, or ``None`` where it was so already.

    Letters change as the Unicode Standard says (3.13), without regard to the language.
    """
    if options.policy == "keep":
        return [None] * len(texts)
    return [None if (lowered := text.lower()) == text else lowered for text in texts]


CASE = Cleaner(
    name="text/case",
    version=1,
    modality="text",
    summary="Repairs the case of letters: makes capital letters small.",
    options=CaseOptions,
    repair=cased,
)
