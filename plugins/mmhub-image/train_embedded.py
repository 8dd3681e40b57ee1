"""Train the small CLIP that ships with mmhub-image, on pictures and captions like the demo's.

Run it from the repository's root; the weights are the same each time:

    python plugins/mmhub-image/train_embedded.py
"""

import io
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel, PreTrainedTokenizerFast

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from dataset_scripts.demo import pictures, scenes, training  # noqa: E402
from mmhub import Media, locate  # noqa: E402
from mmhub_image import decode  # noqa: E402
from mmhub_image.pixels import cropped, normalised  # noqa: E402
from mmhub_image.preprocessing import Preprocessing, parse  # noqa: E402

SEED = 77_001
PICTURES, BATCH, STEPS = 12_000, 128, 900
SIDE, LONGEST, WORDS = 64, 48, 624
WAYS = ("left", "right", "up", "down")
VOCABULARIES = (list(scenes.COLOURS), list(scenes.GROUNDS), scenes.SHAPES, scenes.TEXTURES)


def configuration() -> CLIPConfig:
    """Return a CLIP of about half a million parameters."""
    return CLIPConfig(
        projection_dim=64,
        vision_config={
            "image_size": SIDE,
            "patch_size": 8,
            "hidden_size": 96,
            "intermediate_size": 256,
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
            "projection_dim": 64,
        },
        text_config={
            "vocab_size": WORDS,
            "max_position_embeddings": LONGEST,
            "hidden_size": 64,
            "intermediate_size": 192,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "projection_dim": 64,
            "bos_token_id": training.SPECIALS.index(training.START),
            "pad_token_id": training.SPECIALS.index(training.PADDING),
            "eos_token_id": training.SPECIALS.index(training.END),
        },
    )


def captions(rng: np.random.Generator, shown: list[scenes.Scene]) -> list[str]:
    """Return a caption of each scene, some of them as if it moved, a few with letters beyond ASCII."""
    texts = []
    for scene in shown:
        way = str(rng.choice(WAYS)) if rng.random() < 0.25 else None
        text = scenes.describe_scene(rng, scene, way)
        texts.append(scenes.accented(text) if rng.random() < 0.05 else text)
    return texts


def seen(rng: np.random.Generator, scene: scenes.Scene, how: Preprocessing) -> np.ndarray:
    """Return a scene as the model sees it, painted, compressed and made small: uint8[64, 64, 3]."""
    width, height = (int(side) for side in rng.integers(96, 257, 2))
    file = io.BytesIO()
    picture: Image.Image = pictures.paint(rng, scene, width, height)
    picture.save(file, "JPEG", quality=int(rng.integers(55, 96)))
    return cropped(decode(Media(data=file.getvalue())), how)


def attributes(shown: list[scenes.Scene]) -> np.ndarray:
    """Return the places of colour, ground, shape and texture in their vocabularies, int[n, 4]."""
    return np.array(
        [training.numbered((s.colour, s.ground, s.shape, s.texture), VOCABULARIES) for s in shown], dtype=np.int64
    )


def train(tokenizer: PreTrainedTokenizerFast, how: Preprocessing, steps: int) -> CLIPModel:
    """Return a CLIP after so many steps.

    Beside the contrast between pairs it has to tell each attribute from either vector; the heads it does so with
    are thrown away.
    """
    rng = np.random.default_rng(SEED)
    shown = [scenes.draw_scene(rng) for _ in range(PICTURES)]
    pixels = np.stack([seen(rng, scene, how) for scene in shown])
    known = attributes(shown)
    model = CLIPModel(configuration())
    heads = torch.nn.ModuleList([torch.nn.Linear(64, len(words)) for words in VOCABULARIES])

    def loss_at(step: int) -> torch.Tensor:
        rows = rng.choice(PICTURES, BATCH, replace=False)
        batch = [{"pixels": pixels[row]} for row in rows]
        tokens = tokenizer(captions(rng, [shown[row] for row in rows]), padding=True, return_tensors="pt")
        found = model(pixel_values=normalised(batch, how, device="cpu", dtype=torch.float32), **tokens)
        scale = model.logit_scale.exp().clamp(max=40)
        loss = training.contrast(found.image_embeds, found.text_embeds, training.alike(known[rows]), scale)
        for side in (found.image_embeds, found.text_embeds):
            loss = loss + 0.25 * training.told(heads, side, torch.from_numpy(known[rows]))
        return loss

    training.optimise([*model.parameters(), *heads.parameters()], loss_at, steps=steps, rate=2e-3)
    return model


def main() -> None:
    """Train, and write what `CLIPModel.from_pretrained` reads."""
    folder, steps = training.arguments(HERE / "mmhub_image" / "embedded" / "clip", STEPS)
    training.settle(SEED)
    edge = {"shortest_edge": SIDE}
    CLIPImageProcessorPil(size=edge, crop_size={"height": SIDE, "width": SIDE}).save_pretrained(folder)
    rng = np.random.default_rng(SEED + 1)
    texts = captions(rng, [scenes.draw_scene(rng) for _ in range(4_000)])
    tokenizer = training.learn_words(texts, size=WORDS, longest=LONGEST)
    model = train(tokenizer, parse(locate(str(folder))), steps)
    training.write(model, tokenizer, folder)


if __name__ == "__main__":
    main()
