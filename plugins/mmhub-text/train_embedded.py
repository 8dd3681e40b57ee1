"""Train the small BERT that ships with mmhub-text: captions like the demo's that say the same lie near each other.

Run it from the repository's root; the weights are the same each time:

    python plugins/mmhub-text/train_embedded.py
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from dataset_scripts.demo import scenes, sounds, training  # noqa: E402
from mmhub import pool  # noqa: E402

SEED = 77_003
BATCH, STEPS = 128, 200
LONGEST = 64
LETTERS = "".join(sorted({chr(code).lower() for code in range(33, 127)}))
START, PADDING, UNKNOWN, END = training.START, training.PADDING, training.UNKNOWN, training.END
WAYS = ("left", "right", "up", "down")

Say = Callable[[], str]


def configuration(words: int) -> BertConfig:
    """Return a BERT of about 300,000 parameters that knows so many words."""
    return BertConfig(
        vocab_size=words,
        hidden_size=96,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=256,
        max_position_embeddings=LONGEST,
        type_vocab_size=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=training.SPECIALS.index(PADDING),
    )


def subject(rng: np.random.Generator) -> tuple[tuple[str, ...], Say]:
    """Return what a caption is about, as its attributes, and what says it in words that differ each time."""
    if rng.random() < 0.35:
        sound = sounds.draw_sound(rng)
        return (sound.kind, sound.pitch), lambda: sounds.describe_sound(rng, sound)
    scene = scenes.draw_scene(rng)
    about = (scene.colour, scene.ground, scene.shape, scene.texture)
    return about, lambda: describe(rng, scene)


def describe(rng: np.random.Generator, scene: scenes.Scene) -> str:
    """Return a caption of a scene, at times of one that moves, a few with letters beyond ASCII."""
    way = str(rng.choice(WAYS)) if rng.random() < 0.25 else None
    text = scenes.describe_scene(rng, scene, way)
    return scenes.accented(text) if rng.random() < 0.05 else text


def pieces(texts: list[str]) -> PreTrainedTokenizerFast:
    """Return a word-piece tokenizer that knows every word of ``texts``, and spells out others.

    The trainer of `tokenizers` numbers its pieces differently each time.
    """
    normalizer, splitter = normalizers.BertNormalizer(lowercase=True), pre_tokenizers.BertPreTokenizer()
    split = (splitter.pre_tokenize_str(normalizer.normalize_str(text)) for text in texts)
    words = sorted({word for parts in split for word, _ in parts})
    known = [*training.SPECIALS, *LETTERS, *(f"##{letter}" for letter in LETTERS), *words]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(known))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=UNKNOWN))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, splitter
    tokenizer.decoder = decoders.WordPiece()
    ends = [(name, training.SPECIALS.index(name)) for name in (START, END)]
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{START} $A {END}", special_tokens=ends)
    return training.wrapped(tokenizer, LONGEST)


def vectors(model: BertModel, tokenizer: PreTrainedTokenizerFast, texts: list[str]) -> torch.Tensor:
    """Return the mean over the tokens of each text as a unit vector, float32[n, dim]."""
    tokens = tokenizer(texts, padding=True, return_tensors="pt")
    hidden = model(**tokens).last_hidden_state
    return torch.nn.functional.normalize(pool(hidden, tokens["attention_mask"], "mean"), dim=-1)


def train(tokenizer: PreTrainedTokenizerFast, steps: int) -> BertModel:
    """Return a BERT that has learnt for so many steps to tell captions of one subject from those of others."""
    rng = np.random.default_rng(SEED)
    model = BertModel(configuration(len(tokenizer)))

    def loss_at(step: int) -> torch.Tensor:
        about, says = zip(*(subject(rng) for _ in range(BATCH)), strict=True)
        sides = [vectors(model, tokenizer, [say() for say in says]) for _ in range(2)]
        numbers = {each: number for number, each in enumerate(dict.fromkeys(about))}
        alike = training.alike(np.array([[numbers[each]] for each in about]))
        return training.contrast(sides[0], sides[1], alike, torch.tensor(20.0))

    training.optimise(model.parameters(), loss_at, steps=steps, rate=1e-3)
    return model


def main() -> None:
    """Train, and write what `BertModel.from_pretrained` reads."""
    folder, steps = training.arguments(HERE / "mmhub_text" / "embedded" / "bert", STEPS)
    training.settle(SEED)
    rng = np.random.default_rng(SEED + 1)
    tokenizer = pieces([subject(rng)[1]() for _ in range(4_000)])
    training.write(train(tokenizer, steps), tokenizer, folder)


if __name__ == "__main__":
    main()
