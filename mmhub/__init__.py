"""Raw text, images, audio and video in; a clean, aligned, embedded, versioned dataset out.

Everything that users, plugin authors and script authors need is imported from here. Names are looked up on
first use, so that a decode worker which imports a plugin pulls in neither torch nor datasets.
"""

import importlib
from typing import TYPE_CHECKING, Any

_HOMES = {
    "mmhub.errors": (
        "ExportError",
        "HubError",
        "MmhubError",
        "ModelError",
        "PluginError",
        "RecipeError",
        "SourceError",
        "StoreError",
        "Undecodable",
        "VersionError",
    ),
    "mmhub.recipes.balance": ("Balance",),
    "mmhub.hookspecs": ("hookimpl",),
    "mmhub.models.weights": ("Weights", "locate", "weights_of"),
    "mmhub.operators": (
        "Aligner",
        "Best",
        "Cleaner",
        "Columns",
        "Distinct",
        "Encoder",
        "Fact",
        "FuseOptions",
        "Fuser",
        "Inputs",
        "Lost",
        "Media",
        "Mended",
        "Modality",
        "Model",
        "ModelOptions",
        "Options",
        "Planted",
        "Remark",
        "Remote",
        "Row",
        "Rule",
        "Segment",
        "Segmenter",
        "Source",
        "SpanOptions",
    ),
    "mmhub.models.tokens": ("Tokeniser", "tokeniser"),
    "mmhub.models.torch_model": ("TorchModel",),
    "mmhub.recipes.recipe": ("Column", "From", "Recipe", "Step"),
    "mmhub.report": ("Report",),
    "mmhub.recipes.downloads": ("Downloads",),
    "mmhub.recipes.splits": ("Splits",),
    "mmhub.version": ("Version",),
    "mmhub.loading": ("load", "load_ledger"),
    "mmhub.api": ("build", "search"),
    "mmhub.models.sentences": ("dense_layers", "prompt_of", "stated_pooling"),
    "mmhub.models.transformer": ("Pooling", "features", "one_by_one", "pool", "pooled", "pretrained", "vectors"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
__all__ = [
    "Aligner",
    "Balance",
    "Best",
    "Cleaner",
    "Column",
    "Columns",
    "Distinct",
    "Downloads",
    "Encoder",
    "ExportError",
    "Fact",
    "From",
    "FuseOptions",
    "Fuser",
    "HubError",
    "Inputs",
    "Lost",
    "Media",
    "Mended",
    "MmhubError",
    "Modality",
    "Model",
    "ModelError",
    "ModelOptions",
    "Options",
    "Planted",
    "PluginError",
    "Pooling",
    "Recipe",
    "RecipeError",
    "Remark",
    "Remote",
    "Report",
    "Row",
    "Rule",
    "Segment",
    "Segmenter",
    "Source",
    "SourceError",
    "SpanOptions",
    "Splits",
    "Step",
    "StoreError",
    "Tokeniser",
    "TorchModel",
    "Undecodable",
    "Version",
    "VersionError",
    "Weights",
    "build",
    "dense_layers",
    "features",
    "hookimpl",
    "load",
    "load_ledger",
    "locate",
    "one_by_one",
    "pool",
    "pooled",
    "pretrained",
    "prompt_of",
    "search",
    "stated_pooling",
    "tokeniser",
    "vectors",
    "weights_of",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'mmhub' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


if TYPE_CHECKING:
    from mmhub.api import build, search
    from mmhub.errors import (
        ExportError,
        HubError,
        MmhubError,
        ModelError,
        PluginError,
        RecipeError,
        SourceError,
        StoreError,
        Undecodable,
        VersionError,
    )
    from mmhub.hookspecs import hookimpl
    from mmhub.loading import load, load_ledger
    from mmhub.models.sentences import dense_layers, prompt_of, stated_pooling
    from mmhub.models.tokens import Tokeniser, tokeniser
    from mmhub.models.torch_model import TorchModel
    from mmhub.models.transformer import Pooling, features, one_by_one, pool, pooled, pretrained, vectors
    from mmhub.models.weights import Weights, locate, weights_of
    from mmhub.operators import (
        Aligner,
        Best,
        Cleaner,
        Columns,
        Distinct,
        Encoder,
        Fact,
        FuseOptions,
        Fuser,
        Inputs,
        Lost,
        Media,
        Mended,
        Modality,
        Model,
        ModelOptions,
        Options,
        Planted,
        Remark,
        Remote,
        Row,
        Rule,
        Segment,
        Segmenter,
        Source,
        SpanOptions,
    )
    from mmhub.recipes.balance import Balance
    from mmhub.recipes.downloads import Downloads
    from mmhub.recipes.recipe import Column, From, Recipe, Step
    from mmhub.recipes.splits import Splits
    from mmhub.report import Report
    from mmhub.version import Version
