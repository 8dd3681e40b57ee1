"""`mmhub push`: a version to the Hub."""

import typer

from mmhub.cli import given, hubs
from mmhub.cli.screen import print_json, say_interrupted

INTERRUPTED = "what was sent stays sent, no version is half there, and `mmhub push` goes on from there"


def push(
    name: given.VersionName,
    to: hubs.To = None,
    public: hubs.Public = False,
    hub: hubs.HubName = None,
    yes: hubs.Yes = False,
    store: given.StoreFolder = None,
    json: given.AsJson = False,
) -> None:
    """Publish a version on the Hugging Face Hub, or on one of your own."""
    try:
        done = hubs.push_to(name, to=to, public=public, hub=hub, yes=yes, store=store)
    except KeyboardInterrupt:
        say_interrupted(INTERRUPTED)
        raise typer.Exit(130) from None
    if json:
        print_json(done.as_dict())
    else:
        hubs.print_pushed(done, hub=hub)
