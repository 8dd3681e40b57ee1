"""What the Hub says of the licences of models, and what of a version forbids commercial use."""

from mmhub.exporting.licences import models_of
from mmhub.hub.connection import Hub
from mmhub.models.licences import UNSTATED, is_non_commercial, stated_in
from mmhub.version import Version


def model_licences(version: Version, hub: Hub) -> dict[str, str]:
    """Return the licence of each model a version was made with, from its card in the cache or on the Hub."""
    found = {}
    for used in models_of(version):
        known = used.licence != UNSTATED
        found[used.model] = used.licence if known else _of_card(used.model, used.revision, hub)
    return found


def concerns(version: Version, licences: dict[str, str]) -> list[str]:
    """Return in words which licences forbid commercial use."""
    source = str(version.manifest["about"]["licence"])
    told = [f"the source is under {source!r}"] if is_non_commercial(source) else []
    return told + [f"{name!r} is under {what!r}" for name, what in licences.items() if is_non_commercial(what)]


def _of_card(model: str, revision: str, hub: Hub) -> str:
    """Return the licence a model's card states; nothing depends on whether it can be had."""
    from httpx2 import HTTPError
    from huggingface_hub import ModelCard, hf_hub_download
    from huggingface_hub.errors import HFValidationError

    if ":" in model or model.count("/") != 1:
        return UNSTATED
    try:
        path = _cached(model, revision) or hf_hub_download(
            model, "README.md", revision=revision, endpoint=hub.endpoint, token=hub.api.token, etag_timeout=5
        )
        return stated_in(ModelCard.load(path).data.to_dict()) or UNSTATED
    except (HTTPError, OSError, ValueError, HFValidationError):
        return UNSTATED


def _cached(model: str, revision: str) -> str | None:
    from huggingface_hub import try_to_load_from_cache

    path = try_to_load_from_cache(model, "README.md", revision=revision)
    return path if isinstance(path, str) else None
