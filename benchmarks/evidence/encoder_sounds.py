"""Encoders of sounds, alone or with texts, and how the documentation of each class calls it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidence.encoder_parts import TEXT, TOWER, loaded, save, tokenizer
from evidence.encoder_reading import text_features
from evidence.encoder_trial import Case, Values
from mmhub_audio.clap import CLAP
from mmhub_audio.transformer import TRANSFORMER

if TYPE_CHECKING:
    import torch

_RATE_HZ = 16_000
_LONGEST = 62
_WAVEFORM = {
    **TOWER,
    "conv_dim": (16, 16),
    "conv_stride": (20, 16),
    "conv_kernel": (20, 16),
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 2,
    "num_feat_extract_layers": 2,
}
_AUDIO = {
    "num_mel_bins": 64,
    "spec_size": 64,
    "patch_size": 8,
    "patch_stride": [8, 4],
    "patch_embeds_hidden_size": 16,
    "depths": [2, 2],
    "num_attention_heads": [2, 2],
    "window_size": 4,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "projection_dim": 24,
}


def waveform(kind: str, norm: str, folder: Path) -> None:
    """Save a wav2vec 2.0, WavLM or HuBERT that normalises over time (``group``) or not (``layer``)."""
    import transformers

    config = getattr(transformers, f"{kind}Config")(**_WAVEFORM, feat_extract_norm=norm)
    extractor = transformers.Wav2Vec2FeatureExtractor(return_attention_mask=norm == "layer")
    save(folder, getattr(transformers, f"{kind}Model")(config), extractor)


def _whisper(folder: Path) -> None:
    import transformers

    config = transformers.WhisperConfig(
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        num_mel_bins=80,
        vocab_size=48,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=1,
    )
    save(folder, transformers.WhisperModel(config), transformers.WhisperFeatureExtractor())


def clap(folder: Path, *, fusion: bool = False) -> None:
    """Save a CLAP that hears two seconds at 16 kHz, of longer sounds a part, or by ``fusion`` all of them."""
    import transformers

    text = {**TEXT, "max_position_embeddings": _LONGEST + 2, "projection_dim": 24}
    audio = {**_AUDIO, "enable_fusion": fusion}
    model = transformers.ClapModel(transformers.ClapConfig(audio_config=audio, text_config=text, projection_dim=24))
    extractor = transformers.ClapFeatureExtractor(
        sampling_rate=_RATE_HZ,
        max_length_s=2,
        hop_length=512,
        frequency_max=8_000,
        truncation="fusion" if fusion else "rand_trunc",
    )
    save(folder, model, extractor, tokenizer(_LONGEST))


def _heard(folder: Path, values: Values, call: "Callable[[Any, Any, Any], torch.Tensor]") -> "torch.Tensor":
    """Return what ``call`` makes of a model, a sound, and what the model's extractor gives it of the sound."""
    import torch
    import transformers

    extractor, model = transformers.AutoFeatureExtractor.from_pretrained(folder), loaded(folder)
    sounds = [value.at(_RATE_HZ) for value in values]
    inputs = (extractor(sound, sampling_rate=_RATE_HZ, return_tensors="pt") for sound in sounds)
    return torch.cat([call(model, sound, each) for sound, each in zip(sounds, inputs, strict=True)])


def _mean(folder: Path, values: Values) -> "torch.Tensor":
    return _heard(folder, values, lambda model, _, inputs: model(inputs["input_values"]).last_hidden_state.mean(dim=1))


def _spoken(folder: Path, values: Values) -> "torch.Tensor":
    """Return the mean of Whisper's encoder over what was heard: it has a state for every 320 samples."""
    return _heard(
        folder,
        values,
        lambda model, sound, inputs: (
            model.encoder(inputs["input_features"]).last_hidden_state[:, : -(-len(sound) // 320)].mean(dim=1)
        ),
    )


def _audio_features(folder: Path, values: Values) -> "torch.Tensor":
    return _heard(folder, values, lambda model, _, inputs: model.get_audio_features(**inputs).pooler_output)


CASES = (
    Case("wav2vec2", TRANSFORMER, "audio", partial(waveform, "Wav2Vec2", "group"), _mean),
    Case("wav2vec2-large", TRANSFORMER, "audio", partial(waveform, "Wav2Vec2", "layer"), _mean),
    Case("wavlm", TRANSFORMER, "audio", partial(waveform, "WavLM", "layer"), _mean),
    Case("whisper", TRANSFORMER, "audio", _whisper, _spoken),
    Case("clap", CLAP, "audio", clap, _audio_features),
    Case("clap-text", CLAP, "text", clap, text_features),
)
