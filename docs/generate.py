"""Write docs/reference from the code, so that neither says what the other does not.

``python docs/generate.py`` writes the pages; ``--check`` writes nothing and ends with 1 where one is stale.
"""

import ast
import importlib
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from mmhub import hookspecs, operators, plugins, recipe
from mmhub.cli.rule_words import bounds
from mmhub.operators import Aligner, Cleaner, Encoder, Operator, Options
from mmhub.plugins import Offers

REFERENCE = Path(__file__).parent / "reference"
FIRST_PARTY = ("text", "image", "audio", "video")
MARK = "<!-- Written by docs/generate.py from the code: change the code, then run it again. -->\n"


def main() -> int:
    """Write the pages, or check them."""
    written = {REFERENCE / name: MARK + page() for name, page in PAGES.items()}
    stale = [path for path, text in written.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv[1:]:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(REFERENCE.parents[1])} is stale: run `python docs/generate.py`\n")
        return int(bool(stale))
    REFERENCE.mkdir(exist_ok=True)
    for path in stale:
        path.write_text(written[path], encoding="utf-8")
        sys.stdout.write(f"wrote {path.relative_to(REFERENCE.parents[1])}\n")
    return 0


# -- pages -------------------------------------------------------------------------------------------------------


def hooks_page() -> str:
    """Return the questions mmhub asks, and the declarations that answer them."""
    asked = {
        name: value
        for name, value in vars(hookspecs).items()
        if name.startswith("mmhub_") and inspect.isfunction(value)
    }
    rows = [(f"`{name}`", _answer(hook), _prose(hook)) for name, hook in asked.items()]
    parts = [
        "# Hooks",
        "A plugin is a distribution with one entry point in the group `mmhub`. It names a module, whose functions "
        "answer the hooks it has an answer to. Each is asked once, when mmhub starts. The answers are frozen "
        "declarations: they are listed, checked and hashed before anything runs, and a hook is never called for a "
        "row. Installing a plugin changes no dataset; only a recipe does.",
        '```toml\n[project.entry-points.mmhub]\ndepth = "mmhub_depth"\n```',
        _table(("hook", "answer", "question"), rows),
        "Two plugins that offer one name are refused, and both are named. [The tutorial](../tutorial-plugin.md) "
        "writes a plugin from the first line to the last.",
        "## Declarations",
        *map(_declared, (operators.Modality, operators.Source, operators.Segmenter, operators.Cleaner)),
        *map(_declared, (operators.Aligner, operators.Encoder)),
        "## What declarations are made of",
        *map(_declared, (operators.Fact, operators.Rule, operators.Distinct, Options, operators.ModelOptions)),
        *map(_declared, (operators.Media, operators.Segment, operators.Planted)),
        _protocol(operators.Model),
        "### Types",
        _table(("name", "is", "meaning"), _aliases(operators)),
    ]
    return _page(parts)


def operators_page() -> str:
    """Return what the plugins that come with mmhub offer."""
    offers = plugins.collect({f"mmhub-{each}": importlib.import_module(f"mmhub_{each}") for each in FIRST_PARTY})
    chosen = sorted(offers.operators.values(), key=lambda each: each.name)
    modalities = [
        (f"`{each.name}`", f"`{each.feature}`", str(each.version), _cell(each.summary))
        for each in sorted(offers.modalities.values(), key=lambda each: each.name)
    ]
    listed = [(f"[`{each.name}`](#{_anchor(each.name)})", _kind(each), _cell(each.summary)) for each in chosen]
    parts = [
        "# Operators",
        "What mmhub and its own four plugins offer. `mmhub plugins NAME` prints the same for whatever is installed.",
        "An option shapes the facts and is part of their key: another value measures anew. A rule only reads "
        "facts: another threshold measures nothing, but for what it newly admits. Both are changed in a recipe, or "
        "for once with `--set STEP.KEY=VALUE`.",
        "## Modalities",
        _table(("modality", "published as", "version", "what it is"), modalities),
        "## All operators",
        _table(("operator", "kind", "what it does"), listed),
        *(part for each in chosen for part in _operator(each, offers)),
    ]
    return _page(parts)


def commands_page() -> str:
    """Return every command with its arguments and options."""
    import typer.main

    from mmhub.cli.app import app

    group: Any = typer.main.get_command(app)
    parts = [
        "# Commands",
        "Answers go to stdout; progress, summaries and errors go to stderr. With `--json` a command prints one JSON "
        "object on stdout and nothing else there. The exit status is 0 when done, 1 when it failed, 2 when it was "
        "wrongly used, 130 when it was interrupted; what a build has measured by then is kept.",
        _table(
            ("command", "what it does"),
            [(f"[`{name}`](#mmhub-{name})", _cell(_first(each.help))) for name, each in group.commands.items()],
        ),
        *(part for name, each in group.commands.items() for part in _command(name, each)),
    ]
    return _page(parts)


def recipe_page() -> str:
    """Return the keys of a recipe."""
    parts = [
        "# Recipes",
        "A recipe says what to build. It is a Python script with `recipe = Recipe(…)`, most often beside the "
        "`rows()` it is made of, or a YAML file with the same keys. `mmhub build NAME` finds those that come with "
        "mmhub; `mmhub build FILE` reads your own.",
        "```yaml\n" + _YAML.strip() + "\n```",
        "## Keys only YAML has",
        _table(
            ("key", "meaning"),
            [
                (
                    "`extends`",
                    "A recipe this one starts from: a name, or a file beside it. Mappings are merged; steps are "
                    "matched by name, and new ones come last.",
                ),
                ("`without`", "Steps of the extended recipe to leave out."),
            ],
        ),
        "A YAML file that says no `name` has that of the file.",
        *_model("Recipe", recipe.Recipe, "What to build."),
        *_model("Column", recipe.Column, "One of `fields`."),
        *_model("From", recipe.From, "`source`: where rows come from."),
        *_model(
            "Step",
            recipe.Step,
            'One of `steps`, or `segment`. In Python the operator may stand first: `Step("image/sharpness")`.',
        ),
        "## Rules",
        "Under `rules`, a reason is a key. `false` switches the operator's rule off, `true` switches on one that is "
        "off by default, a mapping changes its parameters; with `fact` it is a rule of one's own.",
        *_bare(operators.Rule),
        *_bare(operators.Distinct),
        "## Settings",
        "`--set STEP.KEY=VALUE` changes a recipe for one command. `KEY` is an option of the operator, a parameter "
        "of its rule (`image/sharpness.at_least=40`; with the reason where several rules have it: "
        "`text/length.too-long.at_most=500`), or a reason (`image/sharpness.blurred=off`). `source.KEY` is an "
        "option of the source. Values are read as YAML.",
        "## Scripts",
        "Beside `recipe`, a script may hold:",
        _table(
            ("name", "what it is"),
            [
                (
                    "`rows(options, folder)`",
                    "Yields a mapping for each row: `row_id`, `split` (`train` where there is "
                    "none), and the fields. Media are paths, bytes or `mmhub.Media`; nothing is decoded.",
                ),
                ("`Options`", "A subclass of `mmhub.Options`; `data_dir` is what `--data-dir` sets."),
                ("`VERSION`", "An integer, 1 where it is left out; counted up when the same options give other rows."),
                (
                    "`generate(options, folder)`",
                    "Writes the files of a generated source, once for each set of options "
                    "and each version; `rows` then gets that folder.",
                ),
                (
                    "`planted(options, folder)`",
                    "Yields the defects a generated source holds on purpose, as "
                    "`mmhub.Planted`; a build reports how many were caught.",
                ),
            ],
        ),
    ]
    return _page(parts)


_YAML = """
extends: coco
name: coco-sharp
fields:
  url: null                        # leave a column out
steps:
  - use: image/sharpness
    rules:
      blurred: {at_least: 120}     # another threshold
  - use: text/length
    fields: captions
    rules:
      too-long: false              # switched off
      wordy: {fact: words, at_most: 2, relative: std}   # a rule of one's own
  - use: image/clip
    fields: [image, captions]
    options: {dtype: bfloat16}
without: [image/noise]
"""

PAGES: dict[str, Callable[[], str]] = {
    "hooks.md": hooks_page,
    "operators.md": operators_page,
    "commands.md": commands_page,
    "recipe.md": recipe_page,
}


# -- operators ---------------------------------------------------------------------------------------------------


def _operator(operator: Operator, offers: Offers) -> Iterator[str]:
    yield f"## {operator.name}"
    owner = offers.distributions[f"operators:{operator.name}"]
    yield f"{operator.summary}"
    yield f"{_kind(operator).capitalize()}, version {operator.version}, of `{owner}`. {_reads(operator)}"
    if operator.options.model_fields:
        yield _option_table(operator.options)
    if isinstance(operator, Cleaner | Aligner) and operator.facts:
        rows = [(f"`{fact.name}`", f"`{fact.dtype}`", _cell(fact.summary)) for fact in operator.facts]
        yield _table(("fact", "type", "meaning"), rows)
    if isinstance(operator, Cleaner | Aligner) and operator.rules:
        rows = [
            (f"`{rule.reason}`", f"`{rule.fact}` {_cell(bounds(rule))}", "" if rule.on else "off")
            for rule in operator.rules
        ]
        yield _table(("drops for", "unless", "by default"), rows)


def _kind(operator: Operator) -> str:
    if isinstance(operator, Cleaner) and operator.repair:
        return "cleaner (repairs)"
    return type(operator).__name__.lower()


def _reads(operator: Operator) -> str:
    if isinstance(operator, Encoder):
        return f"Reads {' and '.join(f'`{each}`' for each in operator.modalities)}."
    if isinstance(operator, Aligner):
        what = "vectors one encoder made of two fields" if operator.reads == "vectors" else "two fields"
        pairs = ", ".join(f"`{left}` with `{right}`" for left, right in operator.modalities)
        return f"Reads {what}{': ' + pairs if pairs else ''}."
    return f"Reads `{operator.modality}`."


def _option_table(model: type[BaseModel]) -> str:
    kinds = _annotations(model)
    rows = [
        (f"`{name}`", f"`{_cell(kinds[name])}`", _default(field), _cell(field.description or ""))
        for name, field in model.model_fields.items()
    ]
    return _table(("option", "type", "default", "meaning"), rows)


def _default(field: Any) -> str:
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel):
        return ""
    shown = "" if value is None or value in ("", (), {}) else repr(str(value) if isinstance(value, Path) else value)
    return f"`{_cell(shown)}`" if shown else ("`None`" if value is None else "empty")


# -- declarations ------------------------------------------------------------------------------------------------


def _declared(kind: type[Any]) -> str:
    return f"### {kind.__name__}\n\n" + "\n\n".join(_bare(kind))


def _bare(kind: type[Any]) -> list[str]:
    """Return the docstring of a class, and a table of its fields."""
    if issubclass(kind, BaseModel):
        return [_prose(kind), *([_option_table(kind)] if kind.model_fields else [])]
    assert is_dataclass(kind)
    kinds = _annotations(kind)
    rows = [(f"`{each.name}`", f"`{_cell(kinds[each.name])}`", _given(each)) for each in fields(kind)]
    return [_prose(kind), _table(("field", "type", "default"), rows)]


def _given(field: Any) -> str:
    """Return the default of a dataclass's field, also of one that pydantic checks."""
    from pydantic.fields import FieldInfo

    default = field.default
    if isinstance(default, FieldInfo):
        return _default(default)
    if default is MISSING and field.default_factory is MISSING:
        return "needed"
    if default is MISSING:
        return "empty"
    return f"`{default.__name__ if isinstance(default, type) else _cell(repr(default))}`"


def _protocol(kind: type[Any]) -> str:
    """Return the docstring of a protocol and what it asks for."""
    rows = []
    for name, member in vars(kind).items():
        function = member.fget if isinstance(member, property) else member
        if not name.startswith("_") and inspect.isfunction(function):
            call = name if isinstance(member, property) else f"{name}({', '.join(list(_parameters(function))[1:])})"
            rows.append((f"`{call}`", _cell(_prose(function))))
    return f"### {kind.__name__}\n\n{_prose(kind)}\n\n" + _table(("member", "meaning"), rows)


def _parameters(function: Any) -> Iterable[str]:
    return inspect.signature(function).parameters


def _answer(hook: Any) -> str:
    """Return what a hook answers with, as its specification says."""
    declared = inspect.get_annotations(hook, eval_str=False).get("return")
    kind = getattr(declared, "__args__", (None,))[0]
    return f"[`{kind.__name__}`](#{kind.__name__.lower()})s" if kind else "nothing"


def _aliases(module: Any) -> Iterator[tuple[str, str, str]]:
    """Yield the named types of a module that have a docstring, as ``Name = …`` followed by a string."""
    body = ast.parse(inspect.getsource(module)).body
    for statement, after in zip(body, body[1:], strict=False):
        if isinstance(statement, ast.Assign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            name = ast.unparse(statement.targets[0])
            yield f"`{name}`", f"`{_cell(ast.unparse(statement.value))}`", _cell(str(after.value.value))


def _annotations(kind: type[Any]) -> dict[str, str]:
    """Return the annotations of a class and of those it inherits from, as they are written."""
    written: dict[str, str] = {}
    for each in reversed(kind.__mro__):
        if each.__module__.partition(".")[0].startswith("mmhub"):
            tree = ast.parse(textwrap.dedent(inspect.getsource(each))).body[0]
            assert isinstance(tree, ast.ClassDef)
            for statement in tree.body:
                if isinstance(statement, ast.AnnAssign):
                    written[ast.unparse(statement.target)] = ast.unparse(statement.annotation).replace(
                        "'Weights", "Weights"
                    )
    return written


# -- commands and recipes ----------------------------------------------------------------------------------------


def _command(name: str, command: Any) -> Iterator[str]:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option"]
    yield f"## mmhub {name}"
    yield f"```text\nmmhub {name} {' '.join(_place(each) for each in arguments)} [OPTIONS]\n```".replace("  ", " ")
    yield inspect.cleandoc(command.help or "")
    if arguments:
        yield _table(
            ("argument", "meaning"), [(f"`{_cell(_place(each))}`", _cell(each.help or "")) for each in arguments]
        )
    if options:
        rows = [(f"`{_cell(_flag(each))}`", _shown(each), _cell(each.help or "")) for each in options]
        yield _table(("option", "default", "meaning"), rows)


def _place(argument: Any) -> str:
    return str(argument.metavar or argument.name.upper())


def _flag(option: Any) -> str:
    name = ", ".join(option.opts)
    if option.is_flag:
        return name
    choices = getattr(option.type, "choices", None)
    return f"{name} {'|'.join(map(str, choices)) if choices else option.metavar or option.type.name.upper()}"


def _shown(option: Any) -> str:
    if isinstance(option.show_default, str):
        return _cell(option.show_default)
    default = None if callable(option.default) else option.default
    return "" if option.is_flag or default in (None, (), []) or "UNSET" in repr(default) else f"`{_cell(str(default))}`"


def _model(title: str, model: type[BaseModel], words: str) -> Iterator[str]:
    yield f"## {title}"
    yield words
    yield _option_table(model).replace("| option |", "| key |", 1)


# -- Markdown ----------------------------------------------------------------------------------------------------


def _page(parts: Sequence[str]) -> str:
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    """Return a text so that it stays in its cell."""
    return " ".join(text.split()).replace("|", "\\|")


def _prose(thing: Any) -> str:
    return inspect.cleandoc(thing.__doc__ or "")


def _first(text: str | None) -> str:
    return inspect.cleandoc(text or "").partition("\n\n")[0]


def _anchor(heading: str) -> str:
    """Return the anchor that Markdown gives a heading."""
    return "".join(sign for sign in heading.lower().replace(" ", "-") if sign.isalnum() or sign in "-_")


if __name__ == "__main__":
    sys.exit(main())
