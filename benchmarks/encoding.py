#!/usr/bin/env python
"""What a build costs around the forward pass of an encoder of ordinary size.

    uv run benchmarks/encoding.py --corpus DIR [--rows 512] [--dtype NAME] [--tiny] [--json]

DIR is a corpus as baselines/make_corpus.py writes it. A CLIP of the shape of openai/clip-vit-base-patch32, with random
weights, encodes the pictures; `forward` is the model alone, on pictures made ready beforehand, in the same batches;
`build` is all of `mmhub build`'s measuring: reading, decoding in worker processes, preparing, the forward pass, and
writing the vectors; `passes` are the forward passes within it. Both run in this process, in turn: the model alone
first, last, and between any two builds. Its own time varies by more than what is looked for, so a build is compared
with the mean of the two beside it, and the answer is the median over rounds, with the least and the most. Imports count
for neither, and nor does loading the model, during which a build decodes ahead. `decode` is decoding alone, in one
process. On a CPU the decoders take their time from the passes: what they need of all cores is the least that can be
reached. On a machine with a GPU the model runs there, in bfloat16. `--tiny` takes a model of two small layers: a dry
run, to see that all works before a machine with a GPU is paid for.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import datasets  # noqa: F401  (imported before the clock runs)
import numpy as np
from rich.console import Console
from rich.table import Table

import mmhub
from mmhub import Column, From, Media, Recipe, Step, plugins, run
from mmhub.binding.bind import bind
from mmhub.encoding.loaded import load
from mmhub.engines.devices import device
from mmhub.operators import Source
from mmhub.request import Request

_TINY = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}


@dataclass
class Passes:
    """How long forward passes took."""

    seconds: float = 0.0

    def over(self, forward: Callable[..., Any]) -> Callable[..., Any]:
        """Return a forward pass that is timed."""

        def timed(*what: Any) -> Any:
            start = time.perf_counter()
            found = np.asarray(forward(*what))
            self.seconds += time.perf_counter() - start
            return found

        return timed


def random_clip(folder: Path, *, tiny: bool = False) -> Path:
    """Make a CLIP of the size of B/32 with random weights in ``folder``, with the tokenizer of the shipped one."""
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel

    shipped = mmhub.locate("mmhub_image:clip").folder
    for path in shipped.glob("*token*"):
        shutil.copy(path, folder)
    model = CLIPModel(CLIPConfig(text_config=_TINY, vision_config=_TINY) if tiny else CLIPConfig())
    model.save_pretrained(folder)
    CLIPImageProcessor().save_pretrained(folder)
    return folder


def recipe(pictures: list[Path], model: Path, dtype: str) -> tuple[Recipe, Source]:
    """Return a recipe that does nothing but encode the pictures, and the source they come from."""

    def rows(options: object, folder: Path | None) -> list[dict[str, object]]:
        return [{"row_id": path.stem, "image": path} for path in pictures]

    source = Source(name="pictures", version=1, summary="Pictures of a corpus.", rows=rows)  # type: ignore[arg-type]
    made = Recipe(
        name="encoding",
        source=From(use="pictures"),
        fields={"image": Column(modality="image")},
        steps=(Step("image/clip", options={"model": str(model), "dtype": dtype}),),
    )
    return made, source


def forward_seconds(offers: plugins.Offers, what: Recipe, pictures: list[Path]) -> float:
    """Return how long the forward passes alone take, over pictures made ready beforehand."""
    bound = bind(what, offers).of_kind("encode")[0]
    model = load(bound, device())
    decode = offers.modalities["image"].decode
    assert decode is not None
    views = [bound.operator.view(decode(Media(path=str(path))), bound.options, "image") for path in pictures]  # type: ignore[union-attr]
    ready = [model.prepare(view, "image") for view in views]
    size = model.batch_size
    batches = [ready[start : start + size] for start in range(0, len(ready), size)]
    batches[-1] += [batches[-1][-1]] * (size - len(batches[-1]))
    np.asarray(model.forward(batches[0], 0, "image"))
    start = time.perf_counter()
    for batch in batches:
        np.asarray(model.forward(batch, 0, "image"))
    return time.perf_counter() - start


def decode_seconds(offers: plugins.Offers, pictures: list[Path]) -> float:
    """Return how long one process takes to decode the pictures."""
    decode = offers.modalities["image"].decode
    assert decode is not None
    start = time.perf_counter()
    for path in pictures:
        decode(Media(path=str(path)))
    return time.perf_counter() - start


def readable(corpus: Path, rows: int) -> list[Path]:
    """Return the first pictures of a corpus that decode."""
    decode = plugins.discover().modalities["image"].decode
    assert decode is not None
    found: list[Path] = []
    for path in sorted((corpus / "images").glob("*.jpg")):
        try:
            decode(Media(path=str(path)))
            found.append(path)
        except mmhub.Undecodable:
            continue
        if len(found) == rows:
            break
    return found


def main() -> None:
    """Measure in turn and print one table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dtype", choices=("float32", "bfloat16", "float16"), help="bfloat16 on a GPU by default")
    parser.add_argument("--tiny", action="store_true", help="a dry run with a small model")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    pictures = readable(given.corpus, given.rows)
    dtype = given.dtype or ("bfloat16" if device().startswith("cuda") else "float32")
    seconds, alone = measured(given, pictures, dtype)
    medians = {key: statistics.median(each) for key, each in seconds.items()}
    beside, within = (shares(seconds, key) for key in ("forward", "passes"))
    rates = {key: len(pictures) / each for key, each in {**medians, "decode": alone}.items() if key != "starting"}
    if given.json:
        answer = {
            "seconds": {**medians, "decode": alone},
            "rows_per_second": rates,
            "around": statistics.median(within),
            "beside_forward_alone": statistics.median(beside),
            "rounds": {"around": within, "beside_forward_alone": beside},
        }
        print(json.dumps({**answer, "device": device(), "dtype": dtype, "rows": len(pictures)}))
        return
    size = "a tiny CLIP" if given.tiny else "CLIP B/32"
    table = Table("", "seconds", "rows/s", title=f"{len(pictures)} pictures, {size}, {device()}, {dtype}")
    for key in ("forward", "passes", "build"):
        table.add_row(key, f"{medians[key]:.2f}", f"{rates[key]:.1f}")
    table.add_row("decode, one process", f"{alone:.2f}", f"{rates['decode']:.1f}")
    console = Console(width=100)
    console.print(table)
    console.print(
        f"around the forward passes: {said(within)}; starting workers, {medians['starting']:.2f} s, is imports"
    )
    console.print(f"beside the forward passes alone, before and after: {said(beside)}")


def said(shares: list[float]) -> str:
    """Return the median of some shares, with the least and the most."""
    return f"{statistics.median(shares):.1%} ({min(shares):.1%} to {max(shares):.1%})"


def measured(given: argparse.Namespace, pictures: list[Path], dtype: str) -> tuple[dict[str, list[float]], float]:
    """Return the seconds of each round by what took them, and those of decoding alone."""
    seconds: dict[str, list[float]] = {"forward": [], "passes": [], "build": [], "starting": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "clip").mkdir()
        what, source = recipe(pictures, random_clip(folder / "clip", tiny=given.tiny), dtype)
        passes = Passes()
        offers = offering(source)
        # The one model of this process, which builds use too.
        model = load(bind(what, offers).of_kind("encode")[0], device())
        model.forward = passes.over(model.forward)  # type: ignore[method-assign]
        after = forward_seconds(offers, what, pictures)
        for number in range(given.rounds):
            before, passes.seconds = after, 0.0
            report = run.build(Request(what, store=folder / f"store{number}"), offers=offers)
            seconds["passes"].append(passes.seconds)
            after = forward_seconds(offers, what, pictures)
            seconds["forward"].append((before + after) / 2)
            seconds["build"].append(report.seconds["measure"])
            seconds["starting"].append(report.seconds["starting"])
            print(
                f"round {number + 1}: " + ", ".join(f"{k} {v[-1]:.1f} s" for k, v in seconds.items()), file=sys.stderr
            )
            shutil.rmtree(folder / f"store{number}")
        return seconds, decode_seconds(offers, pictures)


def shares(seconds: dict[str, list[float]], key: str) -> list[float]:
    """Return how much more than ``key`` a build takes, in each round."""
    rounds = zip(seconds["build"], seconds["starting"], seconds[key], strict=True)
    return [(build - starting) / each - 1 for build, starting, each in rounds]


def offering(source: Source) -> plugins.Offers:
    """Return what the installed plugins offer, and one source beside."""
    offers = plugins.discover()
    return plugins.Offers(
        modalities=offers.modalities,
        sources={**offers.sources, source.name: source},
        operators=offers.operators,
        distributions=offers.distributions,
        built=offers.built,
    )


if __name__ == "__main__":
    main()
