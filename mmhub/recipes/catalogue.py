"""Recipes by name or path: dataset scripts in Python, and YAML files that may extend another recipe."""

import importlib.util
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from pydantic import ValidationError

from mmhub.errors import RecipeError, near
from mmhub.operators import Options, Source
from mmhub.places.records import TABLES, is_table
from mmhub.recipes.balance import Balance
from mmhub.recipes.recipe import Column, From, Part, Recipe, Step
from mmhub.recipes.scripts import YAML, listed
from mmhub.recipes.splits import Splits
from mmhub.recipes.wrong import sentence


@dataclass(frozen=True)
class Entry:
    """A recipe, the source its own script holds (if it has one), and the file it was read from."""

    recipe: Recipe
    source: Source | None
    place: Path


def entry(name: str) -> Entry:
    """Return the recipe called ``name`` or in the file ``name``; raise RecipeError where there is none."""
    path = Path(name).expanduser()
    if path.suffix in (".py", *YAML) or (path / "__init__.py").exists():
        if not path.exists():
            raise RecipeError(f"there is no recipe file {str(path)!r}")
    elif name in listed():
        path = listed()[name]
    elif (name and path.is_dir()) or (path.is_file() and path.suffix.lower() in TABLES):
        kind = "table" if is_table(path) else "folder"
        raise RecipeError(
            f"{name!r} is a {kind} and no recipe: `mmhub new recipe NAME --from {kind} {shlex.quote(name)}` writes one "
            "for it"
        )
    else:
        raise RecipeError(
            f"there is no recipe {name!r}: give the path of a .py or .yaml file, or one of {', '.join(listed())}"
            f"{_beside(path) or near(name, listed())}"
        )
    return _from_yaml(path) if path.suffix in YAML else _from_script(path)


def _beside(path: Path) -> str:
    """Return a hint at the recipe file of which ``path`` lacks the ending, or nothing."""
    files = [path.with_name(f"{path.name}{suffix}") for suffix in (*YAML, ".py")] if path.name else []
    return next((f"; did you mean {str(file)!r}?" for file in files if file.is_file()), "")


def parsed(values: Mapping[str, Any], where: str) -> Recipe:
    """Return the recipe that ``values`` describe; raise RecipeError, which names the key at fault."""
    try:
        return Recipe.model_validate(dict(values))
    except ValidationError as error:
        problem = error.errors()[0]
        if problem["type"] == "extra_forbidden":
            key = ".".join(str(part) for part in problem["loc"])
            known = _known_keys(problem["loc"])
            raise RecipeError(f"{where}: unknown key {key!r}{near(str(problem['loc'][-1]), known)}") from error
        raise RecipeError(f"{where}: {sentence(problem)}") from error


def _known_keys(place: tuple[int | str, ...]) -> list[str]:
    """Return the keys a recipe knows at the place of an unknown one."""
    parts: dict[str, type[Part]] = {
        "steps": Step,
        "segment": Step,
        "fields": Column,
        "source": From,
        "splits": Splits,
        "balance": Balance,
    }
    return list(parts.get(str(place[0]), Recipe).model_fields) if len(place) > 1 else list(Recipe.model_fields)


def _from_yaml(path: Path, *, below: tuple[Path, ...] = ()) -> Entry:
    """Return the recipe in a YAML file; ``below`` are the files that extend it."""
    if path.resolve() in below:
        raise RecipeError(f"the recipe {str(path)!r} extends itself, by way of {str(below[-1])!r}")
    values = _yaml_values(path)
    parent = values.pop("extends", None)
    without = values.pop("without", ())
    if parent is None:
        return Entry(parsed(values, str(path)), None, path)
    beside = path.parent / str(parent)
    if beside.suffix in YAML and beside.exists():
        base = _from_yaml(beside, below=(*below, path.resolve()))
    else:
        base = entry(str(beside) if beside.suffix == ".py" and beside.exists() else str(parent))
    merged = _merged(base.recipe.model_dump(mode="json"), {"name": path.stem, **values}, without, str(path))
    return Entry(parsed(merged, str(path)), base.source, path)


def _yaml_values(path: Path) -> dict[str, Any]:
    import yaml

    from mmhub.recipes.yaml_text import read_yaml

    try:
        values = read_yaml(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise RecipeError(f"the recipe {str(path)!r} cannot be read: {place}{error.problem}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RecipeError(f"the recipe {str(path)!r} cannot be read: {error}") from error
    if not isinstance(values, dict):
        holds = "is empty" if values is None else f"holds {type(values).__name__}"
        raise RecipeError(f"the recipe {str(path)!r} {holds}, expected keys and values such as `name` and `fields`")
    return values


def _merged(base: dict[str, Any], changes: dict[str, Any], without: Any, where: str) -> dict[str, Any]:
    """Return a recipe with the changes of one that extends it: mappings are merged, steps are matched by name."""
    steps = {step["name"] or step["use"]: step for step in base["steps"]}
    for name in _list(without, "without", where):
        if name not in steps:
            raise RecipeError(f"{where}: there is no step {name!r} to leave out{near(str(name), steps)}")
        del steps[name]
    for change in _list(changes.pop("steps", None) or (), "steps", where):
        name = (change.get("name") or change.get("use")) if isinstance(change, dict) else None
        if name is None:
            raise RecipeError(f"{where}: steps: {change!r} is no step: expected keys and values with `use` or `name`")
        steps[name] = _deep(steps.get(name, {}), change)
    return {**_deep(base, changes), "steps": list(steps.values())}


def _list(value: Any, key: str, where: str) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise RecipeError(f"{where}: {key}: {value!r} is no list: expected one, as in `{key}: [{value}]`")
    return value


def _deep(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    both = {**base, **changes}
    for key, change in changes.items():
        if isinstance(change, dict) and isinstance(base.get(key), dict):
            both[key] = _deep(base[key], change)
    return both


def _from_script(path: Path) -> Entry:
    module = _imported(path)
    recipe = getattr(module, "recipe", None)
    if not isinstance(recipe, Recipe):
        raise RecipeError(f"the script {str(path)!r} has no `recipe = Recipe(…)`")
    rows = getattr(module, "rows", None)
    source = None
    if rows is not None:
        source = Source(
            name=path.stem,
            version=int(getattr(module, "VERSION", 1)),
            summary=(module.__doc__ or "").strip().partition("\n")[0],
            options=getattr(module, "Options", Options),
            rows=rows,
            generate=getattr(module, "generate", None),
            planted=getattr(module, "planted", None),
        )
    return Entry(recipe, source, path)


class _AsItIs(SourceFileLoader):
    """Reads a script itself: what Python keeps of it, compiled, may be that of another text of the same second."""

    def get_code(self, fullname: str) -> CodeType:
        """Return the script, compiled."""
        return self.source_to_code(self.get_data(self.path), self.path)


def _imported(path: Path) -> ModuleType:
    """Return the script at ``path``, a file or a package, as a module of its own."""
    file = path / "__init__.py" if path.is_dir() else path
    name = f"mmhub_script_{path.stem}"
    found = importlib.util.spec_from_file_location(
        name, file, loader=_AsItIs(name, str(file)), submodule_search_locations=[str(path)] if path.is_dir() else None
    )
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    try:
        found.loader.exec_module(module)
    except (ImportError, SyntaxError, NameError, TypeError, ValueError) as error:
        raise RecipeError(f"the script {str(file)!r} cannot be imported: {type(error).__name__}: {error}") from error
    return module
