"""The recipes that come with mmhub, below the help of commands that take one."""

from typing import Any

from typer.core import TyperCommand


class NamesRecipes(TyperCommand):
    """A command whose help ends with the names of recipes, and what each is."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the recipes by name; they are looked up when help is asked for, and not before."""
        from mmhub.recipes.scripts import listed, summary_of

        with formatter.section("Recipes"):
            formatter.write_dl([(name, summary_of(path)) for name, path in listed().items()])
