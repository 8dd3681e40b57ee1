"""Train the small CLAP that ships with mmhub-audio, on sounds and captions like the demo's.

Run it from the repository's root; the weights are the same each time:

    python plugins/mmhub-audio/train_embedded.py
"""

import sys
from pathlib import Path

import numpy as np
import torch
from transformers import ClapConfig, ClapFeatureExtractor, ClapModel, PreTrainedTokenizerFast

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from dataset_scripts.demo import sounds, training, voices  # noqa: E402

SEED = 77_002
SOUNDS, BATCH, STEPS = 4_000, 96, 500
BANDS, LONGEST, WORDS = 64, 48, 512
LONGEST_SECONDS = 4
HOP = 1024
"""With this hop the longest sound is 63 frames: one less than the model's square spectrogram is wide."""
VOCABULARIES = (list(sounds.PHRASES), list(sounds.PITCHES_HZ), list(sounds.PACES_HZ))
PACED = ("beeps", "clicks")


def extractor() -> ClapFeatureExtractor:
    """Return what makes spectrograms of 63 frames by 64 bands."""
    return ClapFeatureExtractor(
        feature_size=BANDS,
        sampling_rate=voices.SAMPLE_RATE_HZ,
        hop_length=HOP,
        max_length_s=LONGEST_SECONDS,
        fft_window_size=2 * HOP,
        frequency_min=50,
        frequency_max=voices.SAMPLE_RATE_HZ // 2,
        truncation="rand_trunc",
    )


def configuration() -> ClapConfig:
    """Return a CLAP of about half a million parameters.

    The shorter side of the grid of patches must not fall below the window at either depth: it is 8, then 4.
    """
    return ClapConfig(
        projection_dim=64,
        audio_config={
            "spec_size": BANDS,
            "num_mel_bins": BANDS,
            "patch_size": 8,
            "patch_stride": [8, 4],
            "patch_embeds_hidden_size": 48,
            "depths": [2, 2],
            "num_attention_heads": [4, 4],
            "window_size": 4,
            "hidden_size": 96,
            "projection_dim": 64,
            "num_classes": 1,
        },
        text_config={
            "vocab_size": WORDS,
            # Positions are counted from after the padding token.
            "max_position_embeddings": LONGEST + training.SPECIALS.index(training.PADDING) + 1,
            "hidden_size": 64,
            "intermediate_size": 192,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "projection_dim": 64,
            "type_vocab_size": 1,
            "bos_token_id": training.SPECIALS.index(training.START),
            "pad_token_id": training.SPECIALS.index(training.PADDING),
            "eos_token_id": training.SPECIALS.index(training.END),
        },
    )


def heard(rng: np.random.Generator, sound: sounds.Sound, listen: ClapFeatureExtractor) -> np.ndarray:
    """Return a sound as the model hears it: a spectrogram float32[1, 63, 64]."""
    samples = voices.voice(rng, sound, float(rng.uniform(1.5, LONGEST_SECONDS)))
    features = listen(samples, sampling_rate=voices.SAMPLE_RATE_HZ, return_tensors="np")["input_features"][0]
    frames = listen.nb_max_samples // HOP + 1
    if features.shape != (1, frames, BANDS):
        raise ValueError(f"a spectrogram of shape {features.shape}, expected {(1, frames, BANDS)}")
    return np.asarray(features, dtype=np.float32)


def attributes(drawn: list[sounds.Sound]) -> np.ndarray:
    """Return the places of kind, pitch and pace in their vocabularies, int[n, 3]; -100 where pace is not heard."""
    rows = [training.numbered((sound.kind, sound.pitch, sound.pace), VOCABULARIES) for sound in drawn]
    known = np.array(rows, dtype=np.int64)
    known[[sound.kind not in PACED for sound in drawn], 2] = -100
    return known


def train(tokenizer: PreTrainedTokenizerFast, listen: ClapFeatureExtractor, steps: int) -> ClapModel:
    """Return a CLAP after so many steps.

    Beside the contrast between pairs it has to tell each attribute from either vector; the heads it does so with
    are thrown away.
    """
    rng = np.random.default_rng(SEED)
    drawn = [sounds.draw_sound(rng) for _ in range(SOUNDS)]
    spectrograms = torch.from_numpy(np.stack([heard(rng, sound, listen) for sound in drawn]))
    known = attributes(drawn)
    model = ClapModel(configuration())
    heads = torch.nn.ModuleList([torch.nn.Linear(64, len(words)) for words in VOCABULARIES])

    def loss_at(step: int) -> torch.Tensor:
        rows = rng.choice(SOUNDS, BATCH, replace=False)
        texts = [sounds.describe_sound(rng, drawn[row]) for row in rows]
        tokens = tokenizer(texts, padding=True, return_tensors="pt")
        found = model(input_features=spectrograms[rows], is_longer=None, **tokens)
        scale = model.logit_scale_a.exp().clamp(max=40)
        loss = training.contrast(found.audio_embeds, found.text_embeds, training.alike(known[rows]), scale)
        for side in (found.audio_embeds, found.text_embeds):
            loss = loss + 0.25 * training.told(heads, side, torch.from_numpy(known[rows]))
        return loss

    training.optimise([*model.parameters(), *heads.parameters()], loss_at, steps=steps, rate=2e-3)
    return model


def main() -> None:
    """Train, and write what `ClapModel.from_pretrained` reads."""
    folder, steps = training.arguments(HERE / "mmhub_audio" / "embedded" / "clap", STEPS)
    training.settle(SEED)
    listen = extractor()
    listen.save_pretrained(folder)
    rng = np.random.default_rng(SEED + 1)
    texts = [sounds.describe_sound(rng, sounds.draw_sound(rng)) for _ in range(4_000)]
    tokenizer = training.learn_words(texts, size=WORDS, longest=LONGEST)
    training.write(train(tokenizer, listen, steps), tokenizer, folder)


if __name__ == "__main__":
    main()
