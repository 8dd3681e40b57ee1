"""docs/reference/commands.md: every command with its arguments and options."""

import inspect
import typing
from collections.abc import Iterator
from typing import Any

import typer.main

from generator.markdown import cell, code, page, prose, table
from mmhub.cli.app import app

_INTRODUCTION = """
Answers go to stdout; progress, summaries and errors go to stderr. With `--json` a command prints one JSON object on
stdout and nothing else there. The exit status is 0 when done, 1 when it failed, 2 when it was wrongly used, and 130
when it was interrupted; what a build had measured by then is kept.

A version is named `NAME` for the newest, or `NAME@1.0.0`.
"""


def commands() -> str:
    """Return the page."""
    found = list(_commands_in(typer.main.get_command(app)))
    listed = [
        (f"[`{name}`](#mmhub-{name.replace(' ', '-')})", cell(prose(each.callback).partition("\n\n")[0]))
        for name, each in found
    ]
    return page(
        "# Commands",
        _INTRODUCTION,
        table(("command", "what it does"), listed),
        *(part for name, each in found for part in _command(name, each)),
    )


def _commands_in(group: Any) -> Iterator[tuple[str, Any]]:
    """Yield the commands of a group, those of groups within it under both names."""
    for name, each in group.commands.items():
        if hasattr(each, "commands"):
            yield from ((f"{name} {inner}", command) for inner, command in _commands_in(each))
        else:
            yield name, each


def _command(name: str, command: Any) -> Iterator[str]:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option"]
    choices = {each: _choices(kind) for each, kind in inspect.get_annotations(command.callback).items()}
    yield f"## mmhub {name}"
    yield f"```text\n{' '.join([f'mmhub {name}', *(each.metavar for each in arguments), '[OPTIONS]'])}\n```"
    yield prose(command.callback)
    yield table(("argument", "meaning"), [(code(each.metavar), cell(each.help or "")) for each in arguments])
    yield table(
        ("option", "default", "meaning"),
        [(code(_flag(each, choices[each.name])), _default(each), cell(each.help or "")) for each in options],
    )


def _flag(option: Any, choices: list[str]) -> str:
    value = "" if option.is_flag else f" {option.metavar or '|'.join(choices)}"
    return ", ".join(option.opts) + value


def _choices(kind: Any) -> list[str]:
    """Return the values of a ``Literal``, wherever in a type it stands."""
    if typing.get_origin(kind) is typing.Literal:
        return [str(each) for each in typing.get_args(kind)]
    return [choice for each in typing.get_args(kind) for choice in _choices(each)]


def _default(option: Any) -> str:
    return "" if option.default in (None, False) else code(str(option.default))
