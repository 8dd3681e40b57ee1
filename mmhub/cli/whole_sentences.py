"""Help in which every command has its whole first sentence, and none is cut off to fit a line."""

from typing import Any

from typer.core import TyperGroup

_LONGEST = 1_000


class WholeSentences(TyperGroup):
    """Commands whose list goes on in the next line where a sentence is longer than one."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands, each with the first sentence of its help."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.get_short_help_str(_LONGEST)) for name, each in commands if each])
