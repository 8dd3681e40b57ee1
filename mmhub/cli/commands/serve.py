"""`mmhub serve`: a version as a page with live answers from the store."""

from typing import TYPE_CHECKING, Annotated

import typer

from mmhub.cli import given
from mmhub.cli.screen import words

if TYPE_CHECKING:
    from mmhub.pages.serving.looking import Looking


def serve(
    name: given.VersionName,
    recipe: given.BuiltFrom = None,
    data_dir: given.DataFolder = None,
    settings: given.Settings = None,
    models: given.Models = None,
    port: Annotated[int, typer.Option("--port", metavar="N", help="The port; 0 takes a free one.")] = 0,
    open: Annotated[bool, typer.Option("--open", help="Show the page in a browser.")] = False,
    store: given.StoreFolder = None,
) -> None:
    """Serve a version as a page on this machine: every row of it, and thresholds to try. Ctrl-C ends it.

    The recipe, and what it was built with, are needed for trying thresholds exactly, and to show the texts of rows
    that are not kept.
    """
    from mmhub.cli.interrupting import ending
    from mmhub.pages.serving.server import Server
    from mmhub.store import Store
    from mmhub.version import find

    place = Store.at(store)
    version = find(place, name)

    def looking() -> "Looking":
        # These take a second to import: the browser reads the page meanwhile.
        from mmhub.pages.serving.lean import without_pandas

        without_pandas()
        from mmhub.pages.opened import Opened
        from mmhub.pages.serving.looking import Looking

        request = given.built(recipe or version.name, store=store, data_dir=data_dir, settings=settings, models=models)
        return Looking(Opened(version, place), request)

    server = Server.bound(str(version), looking, port=port)
    with ending(server.stop):
        words().print(f"{version} is served at\n  {server.url}\nCtrl-C ends it", soft_wrap=True)
        if open:
            import webbrowser

            webbrowser.open(server.url)
        server.run()
