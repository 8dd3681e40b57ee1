"""The licences of weights: what a model's card says, what is known of well-known models, which forbid commerce."""

import re
from fnmatch import fnmatch
from importlib.metadata import PackageNotFoundError, metadata

from mmhub.models.weights import Weights

UNSTATED = "not stated"
_KNOWN = {
    "answerdotai/modernbert-*": "apache-2.0",
    "facebook/dinov2-*": "apache-2.0",
    "facebook/dinov3-*": "dinov3-license",
    "facebook/imagebind*": "cc-by-nc-sa-4.0",
    "facebook/metaclip-2-*": "cc-by-nc-4.0",
    "facebook/pe-av-*": "apache-2.0",
    "facebook/timesformer-*": "cc-by-nc-4.0",
    "facebook/vjepa2-*": "mit",
    "facebook/wav2vec2-*": "apache-2.0",
    "google-bert/*": "apache-2.0",
    "google/embeddinggemma-2*": "apache-2.0",
    "google/siglip*": "apache-2.0",
    "google/vit-*": "apache-2.0",
    "intfloat/e5-*": "mit",
    "jinaai/jina-embeddings-v3": "cc-by-nc-4.0",
    "laion/clap-*": "apache-2.0",
    "mcg-nju/videomae-*": "cc-by-nc-4.0",
    "microsoft/resnet-*": "apache-2.0",
    "microsoft/wavlm-*": "cc-by-sa-3.0",
    "microsoft/xclip-*": "mit",
    "openai/clip-*": "mit",
    "openai/whisper-*": "apache-2.0",
    "qwen/qwen3-embedding-*": "apache-2.0",
    "salesforce/blip-itm-*": "bsd-3-clause",
}
"""By names on the Hub, in lower case: the licence that a card states or points to, by its SPDX name if any."""
_FORBIDDING = re.compile(
    r"(^|[^a-z])nc([^a-z]|$)|non[-_ ]?commercial|research[-_ ]only|[-_ ]research$|apple-amlr|deepfloyd"
)


def licence_of(weights: Weights) -> str:
    """Return the licence of weights: that of the package which ships them, or that which their card states.

    Where no card was fetched with them, it is what is known of the model by its name, or `UNSTATED`.
    """
    shipped = shipped_licence(weights.model)
    if shipped != UNSTATED:
        return shipped
    known = (licence for name, licence in _KNOWN.items() if fnmatch(weights.model.lower(), name))
    return stated_in(weights.card) or next(known, UNSTATED)


def stated_in(card: dict[str, object]) -> str:
    """Return the licence that the metadata of a model's card state, by its own name where the Hub has none for it."""
    named = card.get("license_name") if card.get("license") == "other" else None
    return str(named or card.get("license") or "")


def shipped_licence(model: str) -> str:
    """Return the licence of weights that come with a package, such as ``mmhub_image:clip``: that of the package."""
    package, colon, _ = model.partition(":")
    if not colon:
        return UNSTATED
    try:
        about = metadata(package.replace("_", "-"))
    except (PackageNotFoundError, ValueError):
        return UNSTATED
    stated = next((about[key] for key in ("License-Expression", "License") if key in about), "")
    return str(stated) or UNSTATED


def is_non_commercial(licence: str) -> bool:
    """Whether a licence, by its name, forbids commercial use."""
    return _FORBIDDING.search(licence.lower()) is not None
