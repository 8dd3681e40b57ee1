"""docs/reference/hooks.md: the questions mmhub asks a plugin, and the declarations that answer them."""

import inspect
import typing

from generator.declarations import aliases, declared, protocol
from generator.markdown import cell, code, page, prose, table
from mmhub import hookspecs, operators
from mmhub.operators import encoder, fact, source

_INTRODUCTION = """
A plugin is a distribution with one entry point in the group `mmhub`. It names a module, whose functions answer the
hooks it has an answer to. Each is asked once, when mmhub starts. The answers are frozen declarations: they are
listed, checked and hashed before anything runs, and no hook is called for a row. Installing a plugin changes no
dataset; only a recipe does. Two plugins that offer one name are refused, and both are named.

```toml
[project.entry-points.mmhub]
depth = "mmhub_depth"
```

[The tutorial](../tutorial-plugin.md) writes a plugin from its first line to its tests.
"""
_ANSWERS = (
    operators.Modality,
    operators.Source,
    operators.Segmenter,
    operators.Cleaner,
    operators.Aligner,
    operators.Encoder,
    operators.Fuser,
)
_PARTS = (
    operators.Fact,
    operators.Rule,
    operators.Distinct,
    operators.Options,
    operators.ModelOptions,
    operators.Media,
    operators.Segment,
    operators.Planted,
)


def hooks() -> str:
    """Return the page."""
    asked = [each for name, each in vars(hookspecs).items() if name.startswith("mmhub_") and inspect.isfunction(each)]
    return page(
        "# Hooks",
        _INTRODUCTION,
        table(
            ("hook", "answer", "question"), [(code(each.__name__), _answer(each), cell(prose(each))) for each in asked]
        ),
        "## Declarations",
        *map(declared, _ANSWERS),
        "## What declarations are made of",
        *map(declared, _PARTS),
        protocol(operators.Model),
        "### Types",
        table(("name", "is", "meaning"), [each for module in (fact, encoder, source) for each in aliases(module)]),
    )


def _answer(hook: typing.Any) -> str:
    """Return what a hook answers with, as its specification says."""
    kinds = typing.get_args(inspect.get_annotations(hook)["return"])
    return ", ".join(f"[`{kind.__name__}`](#{kind.__name__.lower()})s" for kind in kinds) or "nothing"
