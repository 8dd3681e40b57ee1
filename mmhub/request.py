"""What is asked for: a recipe found, changed as asked, and bound to the installed operators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from mmhub import plugins
from mmhub.binding.bind import bind
from mmhub.binding.bound import Bindings
from mmhub.errors import RecipeError, near
from mmhub.operators import Options, Source
from mmhub.permits import refuse_forbidden
from mmhub.places.elsewhere import address_in
from mmhub.plugins import Offers
from mmhub.recipes import catalogue, settings
from mmhub.recipes.recipe import Recipe
from mmhub.sources.mirror import widened
from mmhub.sources.repeats import OnDuplicateId
from mmhub.workers.jobs import Limits


@dataclass(frozen=True)
class Request:
    """What to build, and how far. ``models="embedded"`` tries a recipe with the small weights plugins ship.

    ``unit_rows`` is the size of a work unit, which is all that a build cut short measures twice. ``version`` is the
    number of the version to be made, where it is not the next one. ``on_duplicate_id`` says whether rows of one id are
    an error, or all but the first get a number: ``<id>-2``, ``<id>-3``.
    """

    recipe: str | Recipe
    store: Path | str | None = None
    data_dir: Path | str | None = None
    splits: Sequence[str] = ()
    settings: Sequence[str] = ()
    models: Literal["embedded"] | None = None
    limit: int | None = None
    workers: int | None = None
    limits: Limits | None = None
    unit_rows: int | None = None
    version: str | None = None
    on_duplicate_id: OnDuplicateId = "error"


@dataclass(frozen=True)
class Ready:
    """A request whose recipe has been found, changed as asked, and bound to the installed operators."""

    request: Request
    recipe: Recipe
    offers: Offers
    source: Source
    options: Options
    bindings: Bindings


def get_ready(request: Request, *, offers: Offers | None = None, download: bool = False) -> Ready:
    """Return the request with its recipe found and bound; raises RecipeError, PluginError or ModelError."""
    offers = offers or plugins.discover()
    if isinstance(request.recipe, Recipe):
        recipe, own = request.recipe, None
    else:
        entry = catalogue.entry(request.recipe)
        recipe, own = entry.recipe, entry.source
    source = _source(recipe, own, offers)
    recipe = settings.applied(recipe, request.settings, offers, source.options)
    options = _source_options(recipe, source, request.data_dir)
    part = recipe.source.model_copy(update={"downloads": widened(recipe.source.downloads, options)})
    recipe = recipe.model_copy(update={"source": part})
    bindings = bind(recipe, offers, embedded=request.models == "embedded", download=download)
    refuse_forbidden(bindings.bound, recipe.allow_licences)
    return Ready(request, recipe, offers, source, options, bindings)


def _source(recipe: Recipe, own: Source | None, offers: Offers) -> Source:
    name = recipe.source.use
    if own is not None and name in ("", own.name):
        return own
    if not name:
        raise RecipeError(f"recipe {recipe.name!r} has no source: name one under `source: use:`")
    if name not in offers.sources:
        raise RecipeError(f"no installed plugin offers the source {name!r}{near(name, offers.sources)}")
    return offers.sources[name]


def _source_options(recipe: Recipe, source: Source, data_dir: Path | str | None) -> Options:
    given = dict(recipe.source.options)
    if data_dir is not None:
        if "data_dir" not in source.options.model_fields:
            raise RecipeError(f"the source {source.name!r} reads no folder: leave out `--data-dir`")
        given["data_dir"] = data_dir
    return source_options(source, given)


def source_options(source: Source, given: Mapping[str, Any]) -> Options:
    """Return the options of a source from what is ``given``; raise RecipeError for one it lacks or cannot take."""
    for option in given:
        if option not in source.options.model_fields:
            raise RecipeError(
                f"the source {source.name!r} has no option {option!r}{near(option, source.options.model_fields)}"
            )
    try:
        return _checked(source.options, given)
    except ValidationError as error:
        problem = error.errors()[0]
        option = str(problem["loc"][0]) if problem["loc"] else ""
        hint = (
            "say where with `--data-dir DIR`" if option == "data_dir" else f"set it with `--set source.{option}=VALUE`"
        )
        if problem["type"] == "missing":
            raise RecipeError(f"the source {source.name!r} needs {option!r}: {hint}") from error
        raise RecipeError(
            f"the source {source.name!r} cannot take {option} = {str(problem['input'])!r} "
            f"({problem['msg'].lower()}): {hint}"
        ) from error


def _checked(kind: type[Options], given: Mapping[str, Any]) -> Options:
    """Return the options of a source; whether there is anything at an address is found out by a build."""
    far = {name: Path(value) for name, value in given.items() if isinstance(value, str | Path) and address_in(value)}
    try:
        return kind(**given)
    except ValidationError as error:
        if not far or {problem["type"] for problem in error.errors()} != {"path_not_directory"}:
            raise
    return kind(**{**given, **dict.fromkeys(far, Path.cwd())}).model_copy(update=far)
