"""What users call from Python: the same builds as on the command line."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from mmhub import run
from mmhub.recipe import Recipe
from mmhub.report import Report
from mmhub.request import Request


def build(
    recipe: str | Recipe,
    *,
    store: Path | str | None = None,
    data_dir: Path | str | None = None,
    splits: Sequence[str] = (),
    settings: Sequence[str] = (),
    models: Literal["embedded"] | None = None,
    limit: int | None = None,
    workers: int | None = None,
    on_duplicate_id: Literal["error", "suffix"] = "error",
) -> Report:
    """Build a recipe, by name, path or as an object, and return what came of it.

    ``settings`` are those of ``--set``, such as ``"image/sharpness.at_least=40"``; with ``on_duplicate_id="suffix"``
    rows of one id get numbers. Raises MmhubError, whose message
    says what is wrong and what to do.
    """
    return run.build(
        Request(
            recipe=recipe,
            store=store,
            data_dir=data_dir,
            splits=splits,
            settings=settings,
            models=models,
            limit=limit,
            workers=workers,
            on_duplicate_id=on_duplicate_id,
        )
    )
