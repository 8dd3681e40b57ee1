"""`mmhub plugins`: what is installed, and what it offers."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mmhub.cli import given
from mmhub.cli.screen import answers, print_json, words

if TYPE_CHECKING:
    from rich.text import Text


def plugins(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", help="A modality, an operator, a source or a recipe; all of them where none is named."
        ),
    ] = None,
    json: given.AsJson = False,
) -> None:
    """List the plugins, the operators and sources they offer, and the recipes there are."""
    from mmhub.cli.offered import offered
    from mmhub.plugins import discover

    found = offered(discover(), name)
    if json:
        print_json(found)
        return
    for plugin in found["plugins"]:
        answers().print(f"{plugin['name']} {plugin['version']}", style="bold", soft_wrap=True)
    for modality, operators in found["operators"].items():
        _print_part(modality, map(_operator, operators))
    _print_part("sources", map(_source, found["sources"]))
    _print_part("recipes", map(_recipe, found["recipes"]))
    if len(found["plugins"]) == 1 and name is None:
        words().print(
            "no plugin is installed: `pip install 'mmhub[all]'` brings those for text, images, audio and video"
        )


def _print_part(title: str, entries: "Iterable[list[Text]]") -> None:
    """Print what belongs together under its title, and nothing where there is nothing."""
    lines = [line for entry in entries for line in entry]
    if lines:
        answers().print()
        answers().print(title, style="bold cyan")
    for line in lines:
        answers().print(line, soft_wrap=True)


def _recipe(recipe: Mapping[str, Any]) -> "list[Text]":
    from rich.text import Text

    return [Text.assemble("  ", (recipe["name"], "bold"), f"  {recipe['summary']}")]


def _source(source: Mapping[str, Any]) -> "list[Text]":
    from rich.text import Text

    head = Text.assemble("  ", (source["name"], "bold"), (f"  source {source['version']}", "dim"))
    return [head, Text(f"    {source['summary']}"), *_options(source)]


def _operator(operator: Mapping[str, Any]) -> "list[Text]":
    from rich.text import Text

    head = Text.assemble("  ", (operator["name"], "bold"), (f"  {operator['kind']} {operator['version']}", "dim"))
    lines = [head, Text(f"    {operator['summary']}"), *_options(operator)]
    for fact in operator["facts"]:
        lines.append(Text.assemble(("    fact    ", "dim"), f"{fact['name']} {fact['dtype']}", (_about(fact), "dim")))
    for rule in operator["rules"]:
        lines.append(Text.assemble(("    rule    ", "dim"), (rule["reason"], "yellow"), f"  {rule['says']}"))
    return lines


def _options(part: Mapping[str, Any]) -> "list[Text]":
    from rich.text import Text

    lines = []
    for option in part["options"]:
        default = "needed" if option["required"] else f"= {option['default']!r}"
        lines.append(Text.assemble(("    option  ", "dim"), f"{option['name']} {default}", (_about(option), "dim")))
    return lines


def _about(part: Mapping[str, Any]) -> str:
    return f"  {part['summary']}" if part["summary"] else ""
