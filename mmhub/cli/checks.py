"""What the doctor looks at, one function for each thing."""

import importlib
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path
from typing import Literal, NamedTuple

from mmhub import plugins
from mmhub.cli.amounts import in_bytes
from mmhub.cli.probe import Probe
from mmhub.errors import PluginError
from mmhub.recipes import scripts
from mmhub.store import Store, default_root
from mmhub.workers.memory import machine_bytes, usual_memory_bytes

_TORCH = ((2, 11), (2, 14))
"""From this torch on, and before that: torchaudio 2.11, its last release, loads with these."""
_VISION_AFTER_TORCH = 15
"""torchvision 0.28 goes with torch 2.13: its minor number is so much greater."""
_LITTLE_ROOM = 5_000_000_000
_FIRST_PARTY = ("text", "image", "audio", "video")


class Check(NamedTuple):
    """One thing that was looked at: how it is, what it is, and in words."""

    level: Literal["ok", "warning", "problem"]
    subject: str
    words: str


def checks(store: Path | None) -> Iterator[Check]:
    """Yield what was found, the most basic things first; nothing is changed and no network is used."""
    yield _python()
    yield _memory()
    yield _libraries()
    yield from _torch()
    yield from _devices()
    yield from _plugins()
    yield _recipes()
    yield _store(store)
    yield _model_cache()
    yield _network()


def _python() -> Check:
    words = f"{platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return Check("ok", "python", words)


def _memory() -> Check:
    cores = os.cpu_count() or 1
    each, whole = usual_memory_bytes(), machine_bytes()
    words = f"{in_bytes(whole)}; a decoding process may use {in_bytes(each)}, or what `--memory` says"
    if each * cores > whole:
        return Check("warning", "memory", f"{words}: {cores} of them may fill it, so start fewer with `--workers`")
    return Check("ok", "memory", words)


def _libraries() -> Check:
    found = {name: _version(name) for name in ("mmhub", "datasets", "pyarrow", "numpy", "huggingface-hub")}
    words = ", ".join(f"{name} {number}" for name, number in found.items() if number)
    return Check("ok", "libraries", words)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _torch() -> Iterator[Check]:
    number = _version("torch")
    if number is None:
        yield Check("warning", "torch", "not installed: no encoder can run; the plugins bring it, as in `mmhub[image]`")
        return
    low, high = (".".join(map(str, bound)) for bound in _TORCH)
    if not _TORCH[0] <= _minor(number) < _TORCH[1]:
        yield Check("problem", "torch", f"{number} is outside >={low},<{high}: `pip install 'torch>={low},<{high}'`")
    else:
        yield _imported("torch", number)
    yield from _companions(number)


def _companions(torch: str) -> Iterator[Check]:
    """Look at what is built against torch."""
    vision, audio = _version("torchvision"), _version("torchaudio")
    wanted = f"0.{_minor(torch)[1] + _VISION_AFTER_TORCH}"
    if vision and f"{_minor(vision)[0]}.{_minor(vision)[1]}" != wanted:
        yield Check("problem", "torchvision", f"{vision} does not go with torch {torch}: install torchvision {wanted}")
    elif vision:
        yield _imported("torchvision", vision)
    if audio:
        yield _imported("torchaudio", audio)
    for name, number in (("torchvision", vision), ("torchaudio", audio)):
        if number is None:
            yield Check("warning", name, "not installed: encoders that use it cannot run")


def _minor(number: str) -> tuple[int, int]:
    major, minor = number.split("+")[0].split(".")[:2]
    return int(major), int(minor)


def _imported(name: str, number: str) -> Check:
    """Import a library, which is the only way to know that its compiled parts fit."""
    try:
        importlib.import_module(name)
    except (ImportError, OSError, RuntimeError) as error:
        first = str(error).strip().partition("\n")[0]
        return Check("problem", name, f"{number} is installed and cannot be imported: {type(error).__name__}: {first}")
    return Check("ok", name, number)


def _devices() -> Iterator[Check]:
    torch = sys.modules.get("torch")
    if torch is None:
        return
    if torch.cuda.is_available():
        for place in range(torch.cuda.device_count()):
            about = torch.cuda.get_device_properties(place)
            yield Check("ok", "device", f"cuda:{place} {about.name}, {in_bytes(about.total_memory)}")
    elif torch.backends.mps.is_available():
        yield Check("ok", "device", "mps")
    else:
        yield Check("ok", "device", "cpu only: encoders work, and take their time")


def dtype(probed: Probe | None) -> Check:
    """Return what was found about data types, as one more thing that was looked at."""
    if probed is None:
        return Check("warning", "dtype", "not probed, as there is no torch to do it with")
    return Check("ok", "dtype", str(probed))


def _plugins() -> Iterator[Check]:
    try:
        offers = plugins.discover()
    except PluginError as error:
        yield Check("problem", "plugins", str(error))
        return
    installed = sorted({point.dist.name for point in entry_points(group=plugins.GROUP) if point.dist})
    for name in installed:
        offered = [place for place, owner in offers.distributions.items() if owner == name]
        yield Check("ok", "plugin", f"{name} {_version(name)} offers {len(offered)} things")
    for each in _FIRST_PARTY:
        if f"mmhub-{each}" not in installed:
            yield Check("warning", "plugin", f"mmhub-{each} is not installed: `pip install 'mmhub[{each}]'` brings it")


def _recipes() -> Check:
    found = scripts.listed()
    return Check(
        "ok" if found else "problem", "recipes", ", ".join(found) or "none came with this mmhub: install it anew"
    )


def _store(root: Path | None) -> Check:
    store = Store(Path(root or default_root()).expanduser().absolute())
    place = _there(store.root)
    free = shutil.disk_usage(place).free
    words = f"{store.root}, {in_bytes(free)} free"
    if not os.access(place, os.W_OK | os.X_OK):
        return Check(
            "problem", "store", f"{words}: it cannot be written; name another with `--store DIR` or MMHUB_HOME"
        )
    if free < _LITTLE_ROOM:
        return Check("warning", "store", f"{words}: that is little room for a dataset")
    return Check("ok", "store", words if store.root.exists() else f"{words}; the first build makes it")


def _there(path: Path) -> Path:
    """Return the nearest folder above ``path`` that exists, or the path itself."""
    return path if path.exists() else _there(path.parent)


def _model_cache() -> Check:
    from huggingface_hub.constants import HF_HUB_CACHE

    cache = Path(HF_HUB_CACHE)
    free = shutil.disk_usage(_there(cache)).free
    models = len(list(cache.glob("models--*"))) if cache.exists() else 0
    level: Literal["ok", "warning"] = "warning" if free < _LITTLE_ROOM else "ok"
    return Check(level, "model cache", f"{cache}, {models} models, {in_bytes(free)} free")


def _network() -> Check:
    from huggingface_hub.constants import HF_HUB_OFFLINE

    if HF_HUB_OFFLINE:
        return Check("warning", "hub", "HF_HUB_OFFLINE is set: weights that are not cached cannot be fetched")
    return Check("ok", "hub", "weights are fetched when a build needs them")
