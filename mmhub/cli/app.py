"""The commands as one application."""

from typing import Annotated

import typer

from mmhub.cli.build import build
from mmhub.cli.diff import diff
from mmhub.cli.doctor import doctor
from mmhub.cli.export import export
from mmhub.cli.gc import gc
from mmhub.cli.hub import hub
from mmhub.cli.new import new
from mmhub.cli.plan import plan
from mmhub.cli.plugins import plugins
from mmhub.cli.push import push
from mmhub.cli.recipe_names import NamesRecipes
from mmhub.cli.report import report
from mmhub.cli.retry import retry
from mmhub.cli.revoke import revoke
from mmhub.cli.rollback import rollback
from mmhub.cli.search import search
from mmhub.cli.serve import serve
from mmhub.cli.show import show
from mmhub.cli.tag import tag
from mmhub.cli.tune import tune
from mmhub.cli.verify import verify
from mmhub.cli.versions import versions
from mmhub.cli.whole_sentences import WholeSentences
from mmhub.cli.why import why

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
