"""The commands as one application."""

from typing import Annotated

import typer

from mmhub.cli.commands.build import build
from mmhub.cli.commands.diff import diff
from mmhub.cli.commands.doctor import doctor
from mmhub.cli.commands.export import export
from mmhub.cli.commands.gc import gc
from mmhub.cli.commands.hub import hub
from mmhub.cli.commands.new import new
from mmhub.cli.commands.plan import plan
from mmhub.cli.commands.plugins import plugins
from mmhub.cli.commands.push import push
from mmhub.cli.commands.report import report
from mmhub.cli.commands.retry import retry
from mmhub.cli.commands.revoke import revoke
from mmhub.cli.commands.rollback import rollback
from mmhub.cli.commands.search import search
from mmhub.cli.commands.serve import serve
from mmhub.cli.commands.show import show
from mmhub.cli.commands.tag import tag
from mmhub.cli.commands.tune import tune
from mmhub.cli.commands.verify import verify
from mmhub.cli.commands.versions import versions
from mmhub.cli.commands.why import why
from mmhub.cli.recipe_names import NamesRecipes
from mmhub.cli.whole_sentences import WholeSentences

app = typer.Typer(
    cls=WholeSentences,
    help="Raw text, images, audio and video in; a clean, aligned, embedded, versioned dataset out.",
    no_args_is_help=True,
    add_completion=False,
    # Help in the manner of git and uv, and twice as fast as in boxes.
    rich_markup_mode=None,
    # A bug keeps its own traceback, as Python prints it.
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"mmhub {version('mmhub')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version of mmhub.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that belong to no command."""


for _of_recipe in (build, plan):
    app.command(cls=NamesRecipes)(_of_recipe)
for _command in (
    retry,
    show,
    report,
    serve,
    why,
    search,
    tune,
    versions,
    diff,
    tag,
    rollback,
    revoke,
    verify,
    gc,
    export,
    push,
    plugins,
    doctor,
):
    app.command()(_command)
app.add_typer(new, name="new")
app.add_typer(hub, name="hub")
