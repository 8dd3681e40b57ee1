"""Encoders against the call that a model's own documentation gives, with small models of random weights."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers

from mmhub import ModelError, locate
from mmhub_audio.clap import CLAP
from mmhub_audio.transformer import TRANSFORMER


def whisper_in(folder: Path) -> Path:
    torch.manual_seed(0)
    config = transformers.WhisperConfig(
        d_model=32, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2,
        encoder_ffn_dim=32, decoder_ffn_dim=32, num_mel_bins=80, vocab_size=64, pad_token_id=0, bos_token_id=1,
        eos_token_id=2, decoder_start_token_id=1,
    )  # fmt: skip
    transformers.WhisperModel(config).save_pretrained(folder)
    transformers.WhisperFeatureExtractor().save_pretrained(folder)
    return folder


def encode(encoder: Any, folder: Path, values: list[Any], modality: str = "audio", **set: Any) -> np.ndarray:
    """Return vectors as the host does: one bucket a batch, the last value repeated to fill it."""
    options = encoder.options(model=str(folder), batch_size=3, **set)
    model = encoder.load(options, locate(str(folder)), "cpu")
    rows = []
    for value in values:
        inputs = model.prepare(encoder.view(value, options, modality), modality)
        rows.append(model.forward([inputs] * 3, model.bucket(inputs, modality), modality)[0])
    assert rows[0].shape == (model.dim,)
    return np.stack(rows)


def assert_same(found: np.ndarray, expected: torch.Tensor) -> None:
    unit = torch.nn.functional.normalize(expected, dim=-1).numpy()
    assert np.min(np.sum(found * unit, axis=1)) > 0.9999


@pytest.mark.parametrize("fusion", [False, True])
def test_clap_hears_sounds_as_its_documented_call_does(tmp_path, clap_in, tone, sound_of, fusion):
    folder = clap_in(tmp_path, fusion=fusion)
    sounds = [sound_of(tone(seconds, hertz=hertz)) for seconds, hertz in ((0.7, 300), (2.0, 900), (1.1, 2000))]
    extractor = transformers.ClapFeatureExtractor.from_pretrained(folder)
    model = transformers.ClapModel.from_pretrained(folder).eval()
    with torch.inference_mode():
        expected = torch.cat([
            model.get_audio_features(**extractor(sound.mono, sampling_rate=16_000, return_tensors="pt")).pooler_output
            for sound in sounds
        ])  # fmt: skip
    assert_same(encode(CLAP, folder, sounds), expected)
    assert_same(encode(TRANSFORMER, folder, sounds), expected)


def test_clap_reads_texts_as_its_documented_call_does(tmp_path, clap_in):
    folder = clap_in(tmp_path)
    texts = ["a dog barks", "bells ring in the rain while a dog barks"]
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.ClapModel.from_pretrained(folder).eval()
    with torch.inference_mode():
        expected = torch.cat(
            [model.get_text_features(**tokenizer(t, return_tensors="pt")).pooler_output for t in texts]
        )
    assert_same(encode(CLAP, folder, texts, "text"), expected)


def test_clap_reads_a_text_behind_its_prefix(tmp_path, clap_in):
    folder = clap_in(tmp_path)
    behind = encode(CLAP, folder, ["dog barks"], "text", prefix="a ")
    assert np.array_equal(behind, encode(CLAP, folder, ["a dog barks"], "text"))
    assert not np.array_equal(behind, encode(CLAP, folder, ["dog barks"], "text"))


def test_a_sound_longer_than_clap_hears_gives_the_same_vector_every_time(tmp_path, clap_in, tone, sound_of):
    folder = clap_in(tmp_path)
    long = sound_of(np.concatenate([tone(3, hertz=200), tone(3, hertz=3000)]))
    assert np.array_equal(encode(CLAP, folder, [long]), encode(CLAP, folder, [long]))
    middle = sound_of(long.mono[2 * 16_000 : 4 * 16_000])
    assert np.array_equal(encode(CLAP, folder, [long]), encode(CLAP, folder, [middle]))


@pytest.mark.filterwarnings("ignore:Support for mismatched key_padding_mask")  # WavLM's own, in torch 2.13
@pytest.mark.parametrize(
    ("kind", "norm"), [("Wav2Vec2", "group"), ("Wav2Vec2", "layer"), ("WavLM", "layer"), ("Hubert", "group")]
)
def test_waveform_models_give_the_mean_of_their_unpadded_states(tmp_path, waveform_in, tone, sound_of, kind, norm):
    folder = waveform_in(tmp_path, kind, norm)
    sounds = [sound_of(tone(seconds, hertz=hertz)) for seconds, hertz in ((0.3, 300), (1.7, 900), (9.1, 2000))]
    extractor = transformers.AutoFeatureExtractor.from_pretrained(folder)
    model = transformers.AutoModel.from_pretrained(folder).eval()
    with torch.inference_mode():
        calls = [extractor(sound.mono, sampling_rate=16_000, return_tensors="pt") for sound in sounds]
        expected = torch.cat([model(call["input_values"]).last_hidden_state.mean(dim=1) for call in calls])
    assert_same(encode(TRANSFORMER, folder, sounds), expected)


def test_whisper_gives_the_mean_of_its_encoder_over_what_was_heard(tmp_path, tone, sound_of):
    folder = whisper_in(tmp_path)
    sound = sound_of(tone(2.0))
    extractor = transformers.WhisperFeatureExtractor.from_pretrained(folder)
    model = transformers.WhisperModel.from_pretrained(folder).eval()
    with torch.inference_mode():
        features = extractor(sound.mono, sampling_rate=16_000, return_tensors="pt")["input_features"]
        expected = model.encoder(features).last_hidden_state[:, :100].mean(dim=1)
    assert_same(encode(TRANSFORMER, folder, [sound]), expected)


def test_clap_refuses_a_model_that_is_none(tmp_path, waveform_in):
    folder = waveform_in(tmp_path, "Wav2Vec2", "group")
    with pytest.raises(ModelError, match="is a Wav2Vec2Model: audio/clap needs a ClapModel"):
        CLAP.load(CLAP.options(model=str(folder)), locate(str(folder)), "cpu")


def test_a_folder_without_a_feature_extractor_is_named(tmp_path, tone, sound_of):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="has no audio feature extractor: no sampling_rate in"):
        TRANSFORMER.view(sound_of(tone()), TRANSFORMER.options(model=str(tmp_path)), "audio")
