"""How the host is built: who imports whom, and where each dependency lives."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import mmhub
from mmhub import hookspecs

ROOT = Path(mmhub.__file__).parents[1]
LAYERS = (
    (
        "errors",
        "faults",
        "operators",
        "memory",
        "dtypes",
        "joining",
        "quiet",
        "libraries",
        "importing",
        "docstrings",
        "models",
    ),
    ("hookspecs", "alignment", "fusers", "places", "builtin", "declarations", "registering", "plugins"),
    (
        "recipes",
        "binding",
    ),
    ("store", "blocks", "version", "tombstones", "units", "downloading", "sources"),
    ("workers", "encoding"),
    ("facts", "records", "contents", "schema", "permits", "resolved"),
    ("decide", "related", "columns", "plan", "identity", "ledger", "report", "revoked", "withholding"),
    ("media", "fused", "assemble", "segmenting"),
    ("request",),
    ("measuring", "survey", "engines"),
    (
        "clock",
        "compacting",
        "basis",
        "deciding",
        "tuning",
        "conclude",
        "run",
        "notebooks",
        "loading",
        "tables",
        "searching",
        "api",
        "starting",
        "retrying",
        "collecting",
        "takedown",
        "naming",
        "verifying",
        "diff",
        "showing",
    ),
    ("exporting", "hubserver", "hub"),
    ("pages",),
    ("testing", "cli", "__main__"),
)
"""The modules and packages of the host from the ground up: each imports from its own layer and those above it here."""
HOMES = {
    "pluggy": ("hookspecs", "registering", "plugins"),
    "typer": ("cli",),
    "rich": ("cli",),
    "huggingface_hub": ("models", "hub", "places"),
    "accelerate": ("engines",),
    "starlette": ("hubserver", "pages"),
    "uvicorn": ("hubserver",),
    "sklearn": ("decide",),
    "faiss": ("searching",),
    "lance": ("places",),
    "httpx2": ("downloading", "hub", "places"),
    "httpcore2": ("downloading",),
    "fsspec": ("downloading",),
    "yaml": ("recipes", "recipes", "models", "hubserver"),
}
"""Where alone a dependency is imported."""
HARMLESS = (
    "huggingface_hub.DatasetCardData",
    "huggingface_hub.constants.HF_HUB_CACHE",
    "huggingface_hub.constants.HF_HUB_OFFLINE",
)
"""Plain values and names, which anyone may import: nothing that speaks to the Hub."""
LATE = (
    "torch",
    "faiss",
    "lance",
    "sklearn",
    "transformers",
    "datasets",
    "accelerate",
    "huggingface_hub",
    "av",
    "rapidfuzz",
    "webvtt",
)
"""What takes long to import, or what most builds do without, and is imported where it is used."""

PINNED = [
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


def module_files() -> dict[str, Path]:
    paths = sorted(ROOT.glob("mmhub/**/*.py"))
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


MODULES = module_files()
PLUGIN_FILES = sorted(ROOT.glob("plugins/*/mmhub_*/**/*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(nodes) -> Iterator[str]:
    """Yield the full names that import statements among ``nodes`` ask for."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{each.name}" for each in node.names)


def when_imported(path: Path) -> set[str]:
    """Return what is imported together with a module: not within functions, not for type checkers alone."""
    return set(imported(tree(path).body))


def within(name: str) -> str:
    """Return the part of the host a full name belongs to, such as ``decide`` for ``mmhub.decide.rules.failing``."""
    return name.removeprefix("mmhub.").partition(".")[0]


def homes_of(dependency: str) -> set[str]:
    return {
        within(module)
        for module, path in MODULES.items()
        if any(name.partition(".")[0] == dependency for name in imported(ast.walk(tree(path))) if name not in HARMLESS)
    }


def test_every_module_has_its_place_in_the_layers():
    placed = {part for layer in LAYERS for part in layer}
    assert {within(module) for module in MODULES} - {"mmhub"} - placed == set()


def test_modules_import_from_their_own_layer_and_those_above_it():
    place = {part: number for number, layer in enumerate(LAYERS) for part in layer}
    against = [
        f"{module} imports {name}"
        for module, path in MODULES.items()
        for name in when_imported(path)
        if name.startswith("mmhub.") and module != "mmhub" and place[within(name)] > place[within(module)]
    ]
    assert against == []


def test_no_modules_import_each_other():
    graph = {}
    for module, path in MODULES.items():
        names = when_imported(path)
        graph[module] = {other for other in MODULES if other != module and (other in names or _from(other, names))}
    assert list(TopologicalSorter(graph).static_order())


def _from(module: str, names: set[str]) -> bool:
    """Return whether one of ``names`` is defined in a module, and is no module itself."""
    return module != "mmhub" and any(name.rpartition(".")[0] == module and name not in MODULES for name in names)


@pytest.mark.parametrize("dependency", HOMES)
def test_a_dependency_has_its_home(dependency):
    assert homes_of(dependency) <= set(HOMES[dependency])


@pytest.mark.parametrize("dependency", LATE)
def test_what_is_slow_to_import_is_imported_where_it_is_used(dependency):
    early = [
        str(path.relative_to(ROOT))
        for path in (*MODULES.values(), *PLUGIN_FILES)
        if any(name.partition(".")[0] == dependency for name in when_imported(path))
    ]
    assert early == []


def test_the_names_mmhub_offers_are_those_it_looks_up():
    from mmhub import _HOME_OF

    assert mmhub.__all__ == sorted(_HOME_OF)
    assert all(getattr(mmhub, name) is not None for name in mmhub.__all__)


def test_type_checkers_see_the_names_mmhub_offers():
    guarded = next(node for node in tree(MODULES["mmhub"]).body if isinstance(node, ast.If))
    assert sorted(name.rpartition(".")[2] for name in imported(guarded.body)) == mmhub.__all__


def test_the_names_mmhub_offers_are_pinned():
    """A change here is a change for everyone who writes plugins or scripts: note it in the changelog."""
    assert mmhub.__all__ == PINNED


def test_a_name_mmhub_does_not_offer_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'mmhub' has no attribute 'Sharpness'"):
        _ = mmhub.Sharpness


def test_plugins_import_from_mmhub_only_what_it_offers():
    private = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in PLUGIN_FILES
        for name in imported(ast.walk(tree(path)))
        if name.startswith("mmhub.") and name.removeprefix("mmhub.") not in mmhub.__all__
    ]
    assert PLUGIN_FILES
    assert private == []


@pytest.mark.parametrize(
    "module", ["mmhub", "mmhub.plugins", "mmhub.workers.process", "mmhub.workers.work", "mmhub.cli"]
)
def test_importing_it_imports_neither_torch_nor_datasets(module):
    heavy = ["torch", "transformers", "datasets", "accelerate", "huggingface_hub"]
    program = f"import json, sys, {module}; print(json.dumps([name for name in {heavy} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_discovering_all_that_a_build_may_need_imports_nothing_that_most_builds_do_without():
    unneeded = [*LATE, "httpx2", "httpcore2", "yaml"]
    program = "import mmhub.run; from mmhub.plugins import discover; print(sorted(discover().modalities))"
    done = subprocess.run(
        [sys.executable, "-c", f"{program}; import sys; print([name for name in {unneeded} if name in sys.modules])"],
        capture_output=True,
        text=True,
        check=True,
    )
    modalities, imported_early = map(ast.literal_eval, done.stdout.splitlines())
    assert {"audio", "image", "text", "video"} <= set(modalities)
    assert imported_early == []


@pytest.mark.parametrize("plugin", ["text", "image", "audio", "video", "speech"])
def test_a_plugin_imports_its_operators_only_when_it_is_asked_for_them(plugin):
    """So that a worker which is sent one operator does not import all others of its plugin."""
    names = when_imported(ROOT / f"plugins/mmhub-{plugin}/mmhub_{plugin}/__init__.py")
    assert "mmhub.hookimpl" in names
    assert [name for name in names if name.rpartition(".")[2].isupper()] == []


def test_every_hook_is_described_and_asked_without_arguments_but_one():
    hooks = {name: hook for name, hook in vars(hookspecs).items() if name.startswith("mmhub_")}
    assert all(hook.__doc__ for hook in hooks.values())
    assert [name for name, hook in hooks.items() if hook.__code__.co_argcount] == ["mmhub_built"]
