"""Licences as a published dataset states them: of the models that made it, and by the names the Hub knows."""

import re
from dataclasses import dataclass

from mmhub.models.licences import UNSTATED, shipped_licence
from mmhub.version import Version

_NAMES = """
apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m bigscience-bloom-rail-1.0
bigcode-openrail-m afl-3.0 artistic-2.0 bsl-1.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc
cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0
cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0
cdla-sharing-1.0 cdla-permissive-1.0 cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1
eupl-1.2 agpl-3.0 gfdl gpl gpl-2.0 gpl-3.0 lgpl lgpl-2.1 lgpl-3.0 isc h-research intel-research lppl-1.3c
ms-pl apple-ascl apple-amlr mpl-2.0 odc-by odbl openmdw-1.0 openrail++ osl-3.0 postgresql ofl-1.1 ncsa
unlicense zlib pddl lgpl-lr deepfloyd-if-license fair-noncommercial-research-license llama2 llama3 llama3.1
llama3.2 llama3.3 llama4 grok2-community gemma unknown other
"""
_ON_THE_HUB = frozenset(_NAMES.split())


@dataclass(frozen=True)
class ModelUsed:
    """A model that a version was made with: its name, the revision of its weights, their licence, and its operators."""

    model: str
    revision: str
    operators: tuple[str, ...]
    licence: str = UNSTATED


def models_of(version: Version) -> list[ModelUsed]:
    """Return the models whose weights took part in making a version."""
    used: dict[tuple[str, str], dict[str, None]] = {}
    for step in version.manifest["recipe"]["steps"]:
        if step["weights"]:
            key = (str(step["options"].get("model") or ""), str(step["weights"]))
            used.setdefault(key, {})[step["operator"]] = None
    licences = {str(each["revision"]): str(each["licence"]) for each in version.manifest.get("models", ())}
    return [
        ModelUsed(model, revision, tuple(operators), licences.get(revision) or shipped_licence(model))
        for (model, revision), operators in used.items()
    ]


def on_the_hub(licence: str) -> dict[str, str]:
    """Return what the metadata of a card say of a licence; the Hub knows some by name, and calls others ``other``."""
    name = "-".join(licence.lower().split())
    if not name:
        return {}
    if name in _ON_THE_HUB:
        return {"license": name}
    return {"license": "other", "license_name": re.sub(r"[^a-z0-9.+-]+", "-", name).strip("-") or "other"}
