"""What users call from Python: the same builds as on the command line."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from mmhub import plugins, run
from mmhub.recipes.recipe import Index, Recipe
from mmhub.report import Report
from mmhub.request import Request
from mmhub.searching.answer import Way, answer
from mmhub.searching.query import Query
from mmhub.searching.searched import opened
from mmhub.store import Store


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


def search(
    wanted: str,
    text: str | None = None,
    *,
    image: Path | str | None = None,
    audio: Path | str | None = None,
    video: Path | str | None = None,
    column: str | None = None,
    top: int = 10,
    index: Index | None = None,
    thumbnails: Path | str | None = None,
    weights: Path | str | None = None,
    store: Path | str | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of the version ``wanted`` that are nearest to a text, or to a picture, sound or film in a file.

    The query is encoded as the vectors of ``column`` were; without one, a text is looked for in pictures, then in
    videos, sounds and texts, and a file in its own kind first. A name with a slash, ``owner/name@1.0.0``, is one of
    the Hub. Each row has ``rank``, ``row_id``, ``score`` (the cosine, of the nearest of its vectors), ``split``,
    ``text`` and ``thumbnail``, the path of a JPEG in the folder ``thumbnails``. Ties are in the order of ``row_id``.
    ``index`` is the kind of FAISS index to use; ``weights`` a folder with the weights of the encoder, where they came
    from a folder. Raises VersionError, HubError, PluginError, ModelError or SourceError.
    """
    query = Query.of(text=text, image=image, audio=audio, video=video)
    way = Way(
        column=column,
        top=top,
        index=index,
        thumbnails=Path(thumbnails) if thumbnails is not None else None,
        weights=Path(weights) if weights is not None else None,
    )
    return answer(query, opened(wanted, Store.at(store)), plugins.discover(), way).rows
