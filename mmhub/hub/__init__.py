"""Versions on the Hugging Face Hub, or on one of your own: published, loaded, and taken down."""

from mmhub.hub.connection import Hub, connect
from mmhub.hub.erasing import Erased, erase
from mmhub.hub.progress import Event
from mmhub.hub.push import Pushed, push

__all__ = ["Erased", "Event", "Hub", "Pushed", "connect", "erase", "push"]
