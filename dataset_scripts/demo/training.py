"""What the scripts share that train the small models shipped with the plugins on data like the demo's."""

import argparse
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast
from transformers.utils import logging

START, END, PADDING, UNKNOWN = "<start>", "<end>", "<padding>", "<unknown>"
# CLIP's text encoder takes the end token 2 for that of a faulty old configuration, so that 2 is something else.
SPECIALS = (START, PADDING, UNKNOWN, END)
_REPORTED_STEPS = 50


def arguments(folder: Path, steps: int) -> tuple[Path, int]:
    """Return where to write the weights and for how many steps to train, as given on the command line."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=folder, help="where the weights are written")
    parser.add_argument("--steps", type=int, default=steps, help="how many batches are learnt from")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    return given.folder, given.steps


def settle(seed: int) -> None:
    """Make what follows come out the same each time: one thread, and one seed."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed)


def learn_words(texts: Iterable[str], *, size: int, longest: int) -> PreTrainedTokenizerFast:
    """Return a byte-pair tokenizer of lower-cased texts, with a start and an end around each."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=size, special_tokens=list(SPECIALS), initial_alphabet=sorted(alphabet), show_progress=False
        ),
    )
    ends = [(name, SPECIALS.index(name)) for name in (START, END)]
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{START} $A {END}", special_tokens=ends)
    return wrapped(tokenizer, longest)


def wrapped(tokenizer: Tokenizer, longest: int) -> PreTrainedTokenizerFast:
    """Return a tokenizer as transformers saves and loads it."""
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=longest,
        bos_token=START,
        eos_token=END,
        pad_token=PADDING,
        unk_token=UNKNOWN,
    )


def contrast(lefts: torch.Tensor, rights: torch.Tensor, alike: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """Return the symmetric contrastive loss of pairs of unit vectors [n, dim] (Radford et al. 2021).

    Where ``alike`` [n, n] says that two pairs show the same, neither is held against the other.
    """
    logits = scale * lefts @ rights.T
    others = alike & ~torch.eye(len(lefts), dtype=torch.bool)
    logits = logits.masked_fill(others, -1e4)
    targets = torch.arange(len(lefts))
    cross = torch.nn.functional.cross_entropy
    return (cross(logits, targets) + cross(logits.T, targets)) / 2


def told(heads: torch.nn.ModuleList, vectors: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """Return the loss of telling every attribute [n, k] from unit vectors [n, dim]; -100 stands for none to tell."""
    cross = torch.nn.functional.cross_entropy
    return torch.stack([cross(8 * head(vectors), known[:, place]) for place, head in enumerate(heads)]).sum()


def alike(attributes: np.ndarray) -> torch.Tensor:
    """Return, as bool[n, n], which of the rows of int[n, k] are equal."""
    return torch.from_numpy((attributes[:, None] == attributes[None]).all(axis=2))


def optimise(
    parameters: Iterable[torch.nn.Parameter], loss_at: Callable[[int], torch.Tensor], *, steps: int, rate: float
) -> None:
    """Take ``steps`` steps of AdamW down the loss of each, with a short warm-up and a cosine to zero."""
    optimiser = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps + 1, pct_start=0.1)
    for step in range(steps):
        loss = loss_at(step)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
        if step % _REPORTED_STEPS == 0 or step == steps - 1:
            sys.stderr.write(f"step {step + 1} of {steps}: loss {loss.item():.4f}\n")


def write(model: Any, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write a model in half precision and its tokenizer into a folder."""
    logging.disable_progress_bar()
    model.half().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    # safetensors leaves its file to its owner alone, and a wheel would keep it so.
    (folder / "model.safetensors").chmod(0o644)


def numbered(names: Sequence[str], vocabularies: Sequence[Sequence[str]]) -> list[int]:
    """Return the place of each name in its vocabulary."""
    return [list(vocabulary).index(name) for name, vocabulary in zip(names, vocabularies, strict=True)]
