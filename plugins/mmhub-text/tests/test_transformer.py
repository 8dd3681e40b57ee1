"""Vectors are compared with those of each model's own documented call, on small random models of its class."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from mmhub import ModelError
from mmhub_text.transformer import TRANSFORMER

TOWER = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2}
WORDS = ["<pad>", "<s>", "</s>", "a", "photo", "of", "red", "cat", "dog"]
TEXTS = ["a cat", "a photo of a red dog of a dog", "", "red cat " * 40]


@pytest.fixture
def save(tmp_path):
    backend = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="a"))
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    backend.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=backend, pad_token="<pad>")

    def saved(model: type[transformers.PreTrainedModel], config: transformers.PreTrainedConfig) -> Path:
        torch.manual_seed(0)
        model(config).save_pretrained(tmp_path)
        tokenizer.save_pretrained(tmp_path)
        return tmp_path

    return saved


@pytest.fixture
def bert(save):
    return save(transformers.BertModel, transformers.BertConfig(**TOWER, vocab_size=9, max_position_embeddings=40))


def load(folder, **options):
    chosen = TRANSFORMER.options(model=str(folder), **options)
    return TRANSFORMER.load(chosen, TRANSFORMER.weights(chosen, False), "cpu")


def ours(folder, texts, **options):
    model = load(folder, **options)
    prepared = [model.prepare(text, "text") for text in texts]
    rows = [model.forward([inputs], model.bucket(inputs, "text"), "text")[0] for inputs in prepared]
    assert {row.shape for row in rows} == {(model.dim,)}
    return np.stack(rows)


def assert_same_direction(found, expected):
    expected = expected.detach().float().numpy()
    cosines = (found * expected).sum(1) / np.linalg.norm(found, axis=1) / np.linalg.norm(expected, axis=1)
    assert cosines.min() >= 0.9999


def documented(folder, texts, longest):
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    inputs = tokenizer(texts, padding=True, truncation=True, max_length=longest, return_tensors="pt")
    inputs.pop("token_type_ids", None)
    return inputs


@pytest.mark.parametrize("pooling", ["cls", "mean", "last", "pooler"])
def test_hidden_states_are_pooled_as_asked(bert, pooling):
    inputs = documented(bert, TEXTS, 40)
    output = transformers.AutoModel.from_pretrained(bert).eval()(**inputs)
    hidden, mask = output.last_hidden_state, inputs["attention_mask"]
    ends = mask.sum(1) - 1
    expected = {
        "cls": hidden[:, 0],
        "mean": (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True),
        "last": hidden[torch.arange(len(TEXTS)), ends],
        "pooler": output.pooler_output,
    }
    assert_same_direction(ours(bert, TEXTS, pooling=pooling), expected[pooling])


def test_a_joint_model_gives_its_text_features(save):
    text = {**TOWER, "vocab_size": 9, "max_position_embeddings": 20, "eos_token_id": 2, "pad_token_id": 0}
    config = transformers.CLIPConfig(text_config=text, vision_config={**TOWER, "image_size": 32, "patch_size": 8})
    folder = save(transformers.CLIPModel, config)
    inputs = documented(folder, TEXTS, 20)
    features = transformers.AutoModel.from_pretrained(folder).eval().get_text_features(**inputs)
    assert_same_direction(ours(folder, TEXTS), features.pooler_output)


def test_roberta_reads_as_far_as_its_positions_reach(save):
    config = transformers.RobertaConfig(**TOWER, vocab_size=9, max_position_embeddings=34, pad_token_id=0)
    folder = save(transformers.RobertaModel, config)
    assert len(load(folder).prepare("red " * 99, "text")["ids"]) == 33
    hidden = transformers.AutoModel.from_pretrained(folder).eval()(**documented(folder, TEXTS, 33)).last_hidden_state
    assert_same_direction(ours(folder, TEXTS), hidden[:, 0])


def test_an_encoder_decoder_gives_the_states_of_its_encoder(save):
    config = transformers.T5Config(vocab_size=9, d_model=32, d_kv=16, d_ff=48, num_layers=2, num_heads=2)
    folder = save(transformers.T5Model, config)
    inputs = documented(folder, TEXTS[:2], 40)
    hidden = transformers.AutoModel.from_pretrained(folder).eval().get_encoder()(**inputs).last_hidden_state
    mask = inputs["attention_mask"][..., None]
    assert_same_direction(ours(folder, TEXTS[:2], pooling="mean"), (hidden * mask).sum(1) / mask.sum(1))


def test_a_bucket_is_the_length_rounded_up_and_capped(bert):
    model = load(bert)
    lengths = [model.bucket(model.prepare("red " * count, "text"), "text") for count in (1, 14, 15, 39, 99)]
    assert lengths == [16, 16, 32, 40, 40]


def test_a_text_is_read_behind_the_prefix_and_no_further_than_asked(bert):
    model = load(bert, prefix="photo of ", max_length=5)
    assert model.prepare("a red cat", "text")["ids"].tolist() == [1, 4, 5, 3, 2]


def test_texts_are_prepared_by_several_threads_at_once(bert):
    model = load(bert)
    texts = [" ".join(WORDS[3 + n % 6] for n in range(count % 50)) for count in range(400)]
    with ThreadPoolExecutor(4) as threads:
        prepared = list(threads.map(lambda text: model.prepare(text, "text")["ids"].tolist(), texts))
    assert prepared == [model.prepare(text, "text")["ids"].tolist() for text in texts]


def test_a_vector_depends_on_its_text_alone(bert):
    model = load(bert, batch_size=3)
    first, *others = [model.prepare(text, "text") for text in ("a cat", "a red dog", "of", "photo of a dog", "dog")]
    together = model.forward([first, *others[:2]], 16, "text")[0]
    assert np.array_equal(together, model.forward([first, *others[2:]], 16, "text")[0])


def test_a_folder_without_a_tokenizer_is_refused(tmp_path):
    transformers.BertModel(transformers.BertConfig(**TOWER, vocab_size=9)).save_pretrained(tmp_path)
    with pytest.raises(ModelError, match="has no tokenizer: it reads no texts"):
        load(tmp_path)
