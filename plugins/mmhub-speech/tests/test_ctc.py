"""Letters are aligned along the likeliest path, as by a CTC model's own probabilities."""

import numpy as np
import pytest

from mmhub import ModelError
from mmhub_speech.ctc import best_path, listener
from mmhub_speech.ctc_words import CtcOptions, ctc_words

from .conftest import noise, sound


def collapsed(labels: tuple[int, ...]) -> list[int]:
    kept = [label for place, label in enumerate(labels) if place == 0 or label != labels[place - 1]]
    return [label for label in kept if label != 0]


@pytest.mark.parametrize("ids", [[1, 2], [1, 1], [2, 1, 2]])
def test_the_path_is_the_likeliest_of_all(ids):
    logs = np.log(np.random.default_rng(3).dirichlet(np.ones(3), 6))
    every = [tuple(int(label) for label in np.base_repr(n, 3).zfill(6)) for n in range(3**6)]
    best = max(sum(logs[t, label] for t, label in enumerate(way)) for way in every if collapsed(way) == ids)
    path = best_path(logs, np.array(ids), 0)
    labels = [0 if place < 0 else ids[place] for place in path]
    assert collapsed(tuple(labels)) == ids or len(set(ids)) < len(ids)
    assert sum(logs[t, label] for t, label in enumerate(labels)) == pytest.approx(best)


def test_too_few_frames_have_no_path():
    assert best_path(np.zeros((2, 3)), np.array([1, 1]), 0) is None


def test_the_probabilities_are_those_of_the_model_itself(ctc):
    import torch
    import transformers

    samples = noise(1.0)
    features = transformers.Wav2Vec2FeatureExtractor.from_pretrained(ctc)
    model = transformers.Wav2Vec2ForCTC.from_pretrained(ctc).eval()
    with torch.no_grad():
        logits = model(**features(samples, sampling_rate=16_000, return_tensors="pt")).logits[0]
    heard = listener(str(ctc), "main")
    np.testing.assert_allclose(heard._heard(samples), logits.log_softmax(-1).numpy(), atol=1e-5)


def test_words_of_a_ctc_model_follow_one_another(ctc):
    options = CtcOptions(model=str(ctc), least_score=-100.0)
    facts = ctc_words(["it's a dog", "ein Hündchen", "a" * 2_000], [sound(noise(2.0))] * 3, options)
    found = facts["words"][0]
    assert [span["text"] for span in found] == ["it's", "a", "dog"]
    edges = [edge for span in found for edge in (span["start"], span["end"])]
    assert edges == sorted(edges)
    assert edges[-1] <= 2_000_000_000
    assert facts["alignment"] == ["aligned", "unread-words", "no-path"]
    assert facts["transcript_score"][0] <= 0.0


def test_a_folder_without_a_model_is_refused(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="cannot be loaded as AutoModelForCTC"):
        ctc_words(["a"], [sound(noise(1.0))], CtcOptions(model=str(tmp_path)))
