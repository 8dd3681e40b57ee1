"""Plugins registered with the host; what is wrong with one is said with its name, the place and the way out."""

import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pluggy

from mmhub import hookspecs
from mmhub.declarations import in_words
from mmhub.errors import PluginError, near

HOOKS = tuple(name for name in vars(hookspecs) if name.startswith("mmhub_"))


def register(manager: pluggy.PluginManager, name: str, plugin: Any) -> None:
    """Register a plugin; raise PluginError where it answers a hook that is not asked, or not as it is asked."""
    for attribute in dir(plugin):
        answers = manager.parse_hookimpl_opts(plugin, attribute)
        hook = (answers["specname"] if answers else None) or attribute
        if answers is None and attribute in HOOKS:
            raise PluginError(
                f"the plugin {name!r} has a function {attribute} without `@hookimpl`, and so mmhub does not ask it: "
                "put `@mmhub.hookimpl` above it"
            )
        if answers is not None and hook not in HOOKS:
            raise PluginError(
                f"the plugin {name!r} answers a hook {hook!r} that mmhub does not ask: expected one of "
                f"{', '.join(HOOKS)}{near(hook, HOOKS)}"
            )
    try:
        manager.register(plugin, name=name)
    except pluggy.PluginValidationError as error:
        said = "; ".join(str(error).splitlines()[1:]) or str(error)
        raise PluginError(f"the plugin {name!r} answers a hook, and not as mmhub asks it: {said}") from error


def answered(owner: str, kind: str, answer: Any, declaration: type[Any]) -> list[Any]:
    """Return the answer of a plugin to a hook as a list; raise PluginError where it is none, or fails on the way."""
    expected = f"`mmhub.{declaration.__name__}`: `yield` each, or return a tuple of them"
    try:
        found = answer()
        if not isinstance(found, Iterable):
            raise PluginError(f"{owner!r} answers mmhub_{kind} with {in_words(found)}, expected several of {expected}")
        return list(found)
    except PluginError:
        raise
    except Exception as error:
        raise PluginError(f"{owner!r} fails to answer mmhub_{kind}: {type(error).__name__}: {error}") from error


def unimportable(distribution: str, module: str, error: Exception) -> PluginError:
    """Return why a plugin cannot be imported, with the line of it that fails."""
    said = str(error).partition("\n")[0].rstrip(". ")
    return PluginError(
        f"the plugin {distribution!r} cannot be imported: {type(error).__name__}: {said}{_place(error, module)}; "
        f"repair it, or uninstall it with `pip uninstall {distribution}`"
    )


def _place(error: Exception, module: str) -> str:
    """Return the line of a plugin's own code that an error comes from, or nothing where it comes from elsewhere."""
    package = module.partition(".")[0]
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if package in (*Path(frame.filename).parts, Path(frame.filename).stem)
    ]
    return f" ({frames[-1].filename}, line {frames[-1].lineno})" if frames else ""
