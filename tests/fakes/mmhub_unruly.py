"""A plugin whose operators do what a value tells them to: ``measure abort`` is a value on which measuring aborts.

A thing is a file of two words, where and what; ``fine`` is a thing that nobody stumbles over. Sayings are texts of
the same kind. `MISDEEDS` says what the second word stands for.
"""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mmhub import (
    Aligner,
    Cleaner,
    Columns,
    Encoder,
    Fact,
    Inputs,
    Media,
    Modality,
    Options,
    Row,
    Segment,
    Segmenter,
    Source,
    Undecodable,
    hookimpl,
)

LOCK = threading.Lock()


def hold_lock() -> None:
    """Hold the lock nearly all of the time."""
    while True:
        with LOCK:
            time.sleep(0.05)
        time.sleep(0.002)


if any(each.startswith("mmhub.workers.") for each in sys.orig_argv):
    match os.environ.get("MMHUB_UNRULY_WORKER"):
        case "1":
            raise ImportError("not in a worker")
        case "2":
            time.sleep(600)
        case "3":
            threading.Thread(target=hold_lock, daemon=True).start()
        case "4":
            os.kill(os.getpid(), signal.SIGKILL)


class Mute(Exception):
    """An error that cannot even be printed."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


class Panic(BaseException):
    """An error that is no Exception, as those of extensions in Rust."""


class Sticky:
    """A value that does not fit through a pipe."""

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("cannot be pickled")


class Trap:
    """A value that goes into a pipe, and does not come out of it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (_refuse, ())


def _refuse() -> None:
    if os.environ.get("MMHUB_UNRULY_PARENT") == str(os.getpid()):
        raise ValueError("cannot be unpickled")


def throw(error: BaseException) -> Callable[[], Any]:
    def raise_it() -> Any:
        raise error

    return raise_it


def hoard() -> None:
    """Ask for memory until there is none."""
    hoarded = []
    while True:
        hoarded.append(np.ones(1 << 28, dtype=np.uint8))


def spin() -> None:
    """Keep a core busy for ever."""
    while True:
        pass


def shout() -> None:
    """Print a great deal."""
    for _ in range(2000):
        os.write(1, b"x" * 1000 + b"\n")


def chat() -> Inputs:
    """Print a few words, and return what an encoder reads of a thing."""
    sys.stdout.write("what a fine thing\n")
    return {"value": np.zeros(1), "word": "fine"}  # type: ignore[dict-item]


def kill_parent() -> None:
    """Kill the process that this one was forked from."""
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(600)


def linger() -> None:
    """Leave a process running that has all it can inherit of this one, and crash."""
    os.posix_spawn("/bin/sleep", ["sleep", "30"], {})
    os.abort()


def wait_for_lock() -> None:
    """Wait for what a thread holds that was started when this module was imported."""
    with LOCK:
        pass


def fail_sometimes() -> Any:
    """Fail as long as ``$MMHUB_UNRULY`` is set."""
    if "MMHUB_UNRULY" in os.environ:
        raise OverflowError("not today")
    return None


def die_sometimes() -> Any:
    """End as if somebody else had ended this process, as long as ``$MMHUB_UNRULY`` is set."""
    if "MMHUB_UNRULY" in os.environ:
        os.kill(os.getpid(), signal.SIGKILL)
    return 1.0


MISDEEDS: dict[str, Callable[[], Any]] = {
    "abort": os.abort,
    "segfault": lambda: ctypes.string_at(0),
    "exit": lambda: sys.exit(3),
    "vanish": lambda: os._exit(0),
    "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "doomed": die_sometimes,
    "hang": lambda: time.sleep(600),
    "spin": spin,
    "stop": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "hoard": hoard,
    "gigabytes": lambda: np.ones(64 << 30, dtype=np.uint8),
    "raise": throw(ZeroDivisionError("asked to")),
    "mute": throw(Mute()),
    "panic": throw(Panic("at the disco")),
    "surrogates": throw(ValueError("half a letter: \ud800")),
    "novel": throw(ValueError("long " * 1_000_000)),
    "reasonless": throw(Undecodable(None, 7)),  # type: ignore[arg-type]
    "deep": lambda: (lambda f: f(f))(lambda f: f(f)),
    "orphan": kill_parent,
    "linger": linger,
    "lock": wait_for_lock,
    "deaf": lambda: os.closerange(3, 200),
    "shout": shout,
    "chat": chat,
    "sometimes": fail_sometimes,
    "slow": lambda: time.sleep(2),
    "fork": lambda: os.fork() and None,
    "none": lambda: None,
    "nan": lambda: float("nan"),
    "word": lambda: "seven",
    "list": lambda: [1.0, 2.0],
    "huge": lambda: 2**70,
    "negative": lambda: -1,
    "half": lambda: "\ud800",
    "sticky": Sticky,
    "trap": Trap,
    "object": object,
}


def act(value: str, where: str, otherwise: Any) -> Any:
    """Return ``otherwise``, unless the value says what shall happen here."""
    place, what, *_ = [*value.split(), "", ""]
    return MISDEEDS[what]() if place == where else otherwise


def decode(media: Media) -> str:
    value = media.read().decode()
    act(value, "decode", value)
    return value


def encode(value: str) -> bytes:
    made: bytes = act(value.removesuffix("!"), "encode", value.encode())
    return made


def mend(values: Sequence[str], options: Options) -> list[Any]:
    return [act(value, "repair", f"{value}!" if value.startswith("encode") else None) for value in values]


def _measured(values: Sequence[str], where: str) -> Columns:
    return {
        "real": [act(value, where, 0.5) for value in values],
        "natural": [act(value, f"{where}-natural", 1) for value in values],
        "truth": [act(value, f"{where}-truth", True) for value in values],
        "name": [act(value, f"{where}-name", "name") for value in values],
        "signature": [act(value, f"{where}-signature", [1, 2]) for value in values],
    }


def measure(values: Sequence[str], options: Options) -> Columns:
    return _measured(values, "measure")


def columns(values: Sequence[str], options: Options) -> Columns:
    """Return columns that are themselves amiss."""
    for value in values:
        match value:
            case "columns short":
                return {"number": [0.0] * (len(values) - 1)}
            case "columns long":
                return {"number": np.zeros(len(values) + 1)}
            case "columns none":
                return None  # type: ignore[return-value]
            case "columns other":
                return {"nmber": np.zeros(len(values))}
            case "columns more":
                return {"number": np.zeros(len(values)), "extra": np.zeros(len(values))}
            case "columns emptied":
                values.clear()  # type: ignore[attr-defined]
                return {"number": []}
            case "columns square":
                return {"number": np.zeros((len(values), 2))}
    return {"number": np.zeros(len(values))}


def gap(lefts: Sequence[str], rights: Sequence[str], options: Options) -> Columns:
    return {"gap": [act(left, "pair", 0.0) for left in lefts]}


def apart(lefts: np.ndarray, rights: np.ndarray, options: Options) -> Columns:
    """Return how far vectors are apart, of which those of things are not to begin below zero."""
    if (lefts[:, 0] < 0).any():
        raise ValueError("below zero")
    return {"apart": np.abs(lefts - rights).sum(axis=1)}


def view(value: str, options: Options, modality: str) -> Any:
    return act(value, "view", value)


class Constant:
    dim, batch_size = 2, 4

    def __init__(self, options: Options, weights: None, device: str) -> None:
        pass

    def prepare(self, view: Any, modality: str) -> Inputs:
        return act(view, "prepare", {"value": np.array([len(view)]), "word": view})  # type: ignore[no-any-return]

    def bucket(self, inputs: Any, modality: str) -> int:
        return act(inputs["word"], "bucket", 0)  # type: ignore[no-any-return]

    def forward(self, batch: Sequence[Any], bucket: int, modality: str) -> np.ndarray:
        return np.array([[act(inputs["word"], "forward", 1.0), 0.0] for inputs in batch], dtype=np.float32)


class Product:
    """A vector is a row of a product of matrices, whose last bits may depend on how many rows there are."""

    dim, batch_size = 64, 8

    def prepare(self, view: str, modality: str) -> Inputs:
        return {"row": np.random.default_rng(list(view.encode())).normal(size=512).astype(np.float32)}

    def bucket(self, inputs: Any, modality: str) -> int:
        return 0

    def forward(self, batch: Sequence[Any], bucket: int, modality: str) -> np.ndarray:
        weights = np.sin(np.linspace(-1, 1, 512 * 64, dtype=np.float32)).reshape(512, 64)
        made: np.ndarray = np.stack([inputs["row"] for inputs in batch]) @ weights
        return made


def product(bound: Any) -> Product:
    """Load this model."""
    return Product()


def constant(bound: Any) -> Constant:
    """Load the model of `thing/constant`, without torch; or fail, where ``$MMHUB_UNRULY_MODEL`` is set."""
    if "MMHUB_UNRULY_MODEL" in os.environ:
        raise OverflowError("not today")
    return Constant(Options(), None, "cpu")


def cut(value: str, options: Options) -> Any:
    return act(value, "cut", None) or [Segment(0, 1, value.encode())]


class FolderOptions(Options):
    data_dir: Path
    """A folder of things; a text ``<name>.txt`` beside one is what is said of it."""


def rows(options: FolderOptions, folder: Path | None) -> Iterator[Row]:
    for path in sorted(options.data_dir.glob("*.thing")):
        said = path.with_suffix(".txt")
        yield {"row_id": path.stem, "thing": path, "saying": said.read_text() if said.exists() else "fine"}


@hookimpl
def mmhub_modalities() -> Iterable[Modality]:
    yield Modality(name="thing", version=1, summary="A thing.", feature="Image", decode=decode, encode=encode)
    yield Modality(name="saying", version=1, summary="A text.")


@hookimpl
def mmhub_sources() -> Iterable[Source]:
    yield Source(name="things", version=1, summary="Things in a folder.", options=FolderOptions, rows=rows)


@hookimpl
def mmhub_cleaners() -> Iterable[Cleaner]:
    facts = (
        Fact(name="real", dtype="float32", summary="A number."),
        Fact(name="natural", dtype="uint64", summary="A natural number."),
        Fact(name="truth", dtype="bool", summary="Whether."),
        Fact(name="name", dtype="string", summary="A word."),
        Fact(name="signature", dtype="minhash", summary="A signature."),
    )
    number = (Fact(name="number", dtype="float64", summary="A number."),)
    for modality in ("thing", "saying"):
        parts = {"version": 1, "modality": modality, "summary": "Does as it is told."}
        yield Cleaner(name=f"{modality}/mend", repair=mend, **parts)
        yield Cleaner(name=f"{modality}/facts", facts=facts, measure=measure, **parts)
        yield Cleaner(name=f"{modality}/columns", facts=number, measure=columns, **parts)


@hookimpl
def mmhub_aligners() -> Iterable[Aligner]:
    yield Aligner(
        name="thing/gap",
        version=1,
        modalities=(("thing", "saying"),),
        summary="Does as it is told.",
        facts=(Fact(name="gap", dtype="float64", summary="Difference."),),
        measure=gap,
    )
    yield Aligner(
        name="thing/apart",
        version=1,
        modalities=(("thing", "saying"),),
        summary="Compares vectors.",
        reads="vectors",
        facts=(Fact(name="apart", dtype="float64", summary="Distance."),),
        measure=apart,
    )


@hookimpl
def mmhub_segmenters() -> Iterable[Segmenter]:
    yield Segmenter(name="thing/cut", version=1, modality="thing", summary="Does as it is told.", cut=cut)


@hookimpl
def mmhub_encoders() -> Iterable[Encoder]:
    yield Encoder(
        name="thing/constant", version=1, modalities=("thing",), summary="A vector.", view=view, load=Constant
    )
    yield Encoder(
        name="thing/both",
        version=1,
        modalities=("thing", "saying"),
        summary="Vectors of one space.",
        view=view,
        load=Constant,
    )
