"""Which data type a forward pass is fastest in here, tried with a small transformer of random weights."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

DTYPES = ("float32", "bfloat16", "float16")
_LAYERS, _WIDTH, _HEADS = 4, 512, 8
_BATCH, _TOKENS = 32, 16
"""As a batch of short captions."""
_SECONDS = 0.4
"""How long one data type may take: some processors know float16 by name only, and take ten times as long."""
_WORTH = 1.2
"""From which gain on another data type than the default is worth a word."""


@dataclass(frozen=True)
class Probe:
    """Milliseconds of a forward pass on a device, by data type; those it cannot do are left out."""

    device: str
    milliseconds: dict[str, float]

    @property
    def fastest(self) -> str:
        """The data type to choose for speed: the default where no other is clearly faster."""
        best = min(self.milliseconds, key=lambda name: self.milliseconds[name])
        return best if self._gain(best) >= _WORTH else DTYPES[0]

    def __str__(self) -> str:
        times = ", ".join(f"{name} {_rounded(each)} ms" for name, each in self.milliseconds.items())
        if self.fastest == DTYPES[0]:
            return f"{times} a pass on {self.device}: float32, the default, is the best choice here"
        return (
            f"{times} a pass on {self.device}: {self.fastest} is {self._gain(self.fastest):.1f} times as fast as "
            f"float32, which is the default; an encoder's option `dtype` chooses, as in "
            f"`--set STEP.dtype={self.fastest}`, and its vectors are then others"
        )

    def _gain(self, name: str) -> float:
        return self.milliseconds[DTYPES[0]] / self.milliseconds[name]


def probe() -> Probe | None:
    """Return how fast each data type is on the device encoders would use, in at most 3 s; None without torch."""
    torch = sys.modules.get("torch")
    if torch is None:
        return None
    from mmhub.engines.devices import device

    where = device()
    with torch.inference_mode():
        layers = [_layer(torch).to(where) for _ in range(_LAYERS)]
        values = torch.randn(_BATCH, _TOKENS, _WIDTH, device=where)
        taken = {name: _milliseconds(layers, values, getattr(torch, name)) for name in DTYPES}
    return Probe(where, {name: each for name, each in taken.items() if each is not None})


def _rounded(milliseconds: float) -> str:
    return f"{milliseconds:,.0f}" if milliseconds >= 10 else f"{milliseconds:.2g}"


def _layer(torch: Any) -> Any:
    return torch.nn.TransformerEncoderLayer(
        _WIDTH, _HEADS, 4 * _WIDTH, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    ).eval()


def _milliseconds(layers: list[Any], values: Any, dtype: Any) -> float | None:
    """Return what the fastest of some passes took, or None where the device does not know the data type."""
    try:
        layers, values = [layer.to(dtype) for layer in layers], values.to(dtype)
        until = time.perf_counter() + _SECONDS
        few = values[: _BATCH // 8]
        small = min(_pass(layers[:1], few, until=until) for _ in range(3))
        if 8 * small > _SECONDS:
            return 1000 * 8 * small * len(layers)
        until = time.perf_counter() + _SECONDS
        taken = [_pass(layers, values, until=until)]
        while time.perf_counter() + taken[0] < until:
            taken.append(_pass(layers, values, until=until))
        return 1000 * min(taken)
    except (RuntimeError, TypeError):
        return None


def _pass(layers: list[Any], values: Any, *, until: float) -> float:
    """Return the seconds of one pass; one that takes until then is ended, and its layers stand for the rest."""
    clock = _clock(values.device.type)
    start = clock()
    done = 0
    for layer in layers:
        values, done = layer(values), done + 1
        if time.perf_counter() > until:
            break
    float(values.flatten()[0])  # what runs on a GPU has to come to its end
    return (clock() - start) * len(layers) / done


def _clock(kind: str) -> Callable[[], float]:
    """Return a clock for passes: on the CPU one that other programs do not make slow."""
    if kind != "cpu":
        return time.perf_counter
    torch = sys.modules["torch"]
    return lambda: time.process_time() / torch.get_num_threads()
