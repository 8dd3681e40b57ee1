"""Vectors are compared with those of each model's own documented call, on small random models of its class."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file
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


PROMPTS, POOLING, DENSE = "config_sentence_transformers.json", "1_Pooling/config.json", "2_Dense/config.json"


def said(folder, files):
    """Put files of a sentence encoder beside its model: how it pools, its dense layers, its prompts."""
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content))


def modules(**kinds):
    return {"modules.json": [{"path": path, "type": f"sentence_transformers.models.{kinds[path]}"} for path in kinds]}


def without(folder, part):
    """Take the weights out of a model whose names have ``part`` in them."""
    tensors = load_file(folder / "model.safetensors")
    kept = {name: each for name, each in tensors.items() if part not in name}
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize(
    ("mode", "pooling"),
    [("pooling_mode_mean_tokens", "mean"), ("pooling_mode_lasttoken", "last"), ("pooling_mode_cls_token", "cls")],
)
def test_a_model_is_pooled_as_its_folder_says(bert, mode, pooling):
    said(bert, {POOLING: {"word_embedding_dimension": 32, mode: True}})
    assert np.array_equal(ours(bert, TEXTS), ours(bert, TEXTS, pooling=pooling))


def test_a_model_of_language_is_pooled_by_its_last_token(save):
    config = transformers.Qwen3Config(**TOWER, vocab_size=9, num_key_value_heads=1, head_dim=16, pad_token_id=0)
    folder = save(transformers.Qwen3ForCausalLM, config)
    assert np.array_equal(ours(folder, TEXTS), ours(folder, TEXTS, pooling="last"))


def test_a_way_of_pooling_that_is_none_of_ours_is_refused(bert):
    said(bert, {POOLING: {"pooling_mode_max_tokens": True}})
    with pytest.raises(ModelError, match="is pooled by pooling_mode_max_tokens, which mmhub does not do"):
        load(bert)


def test_dense_layers_follow_the_pooling(bert):
    layer = {"in_features": 32, "out_features": 7, "activation_function": "torch.nn.modules.activation.Tanh"}
    said(bert, {**modules(**{"": "Transformer", "2_Dense": "Dense"}), DENSE: layer})
    linear = torch.nn.Linear(32, 7)
    tensors = {f"linear.{name}": each for name, each in linear.state_dict().items()}
    save_file(tensors, bert / "2_Dense/model.safetensors")
    hidden = transformers.AutoModel.from_pretrained(bert).eval()(**documented(bert, TEXTS, 40)).last_hidden_state
    assert_same_direction(ours(bert, TEXTS), torch.tanh(linear(hidden[:, 0])))


def test_a_module_after_pooling_that_is_no_dense_layer_is_refused(bert):
    said(bert, modules(**{"2_LSTM": "LSTM"}))
    with pytest.raises(ModelError, match="ends in a LSTM, which mmhub does not do"):
        load(bert)


def test_a_prompt_of_the_model_goes_before_the_prefix(bert):
    said(bert, {PROMPTS: {"prompts": {"query": "a photo ", "document": ""}}})
    found = load(bert, prompt="query", prefix="of ").prepare("cat", "text")["ids"]
    assert found.tolist() == [1, 3, 4, 5, 7, 2]


def test_a_prompt_the_model_does_not_have_is_named(bert):
    said(bert, {PROMPTS: {"prompts": {"query": "a photo "}}})
    with pytest.raises(ModelError, match="has no prompt 'querry': it has query; did you mean 'query'"):
        load(bert, prompt="querry")


def test_a_model_whose_weights_are_not_all_there_is_refused(bert):
    without(bert, "layer.1.output")
    with pytest.raises(ModelError, match=r"lacks 'encoder\.layer\.1\.output\..*', which a BertModel needs"):
        load(bert)


def test_a_pooler_may_be_lacking_unless_it_is_asked_for(bert):
    without(bert, "pooler")
    load(bert)
    with pytest.raises(ModelError, match=r"lacks 'pooler\.dense\.bias'"):
        load(bert, pooling="pooler")
