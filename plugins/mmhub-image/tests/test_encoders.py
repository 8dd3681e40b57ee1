"""How hidden states become vectors of pictures, on small random models, and which models are refused."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from PIL import Image
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from mmhub import ModelError, locate
from mmhub_image.clip import CLIP
from mmhub_image.transformer import TRANSFORMER

TOWER = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2}
WORDS = ["<pad>", "<s>", "</s>", "a", "photo", "of", "red", "cat", "dog"]


def save_tokenizer(folder: Path, longest: int) -> None:
    backend = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="a"))
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    backend.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend, pad_token="<pad>", bos_token="<s>", eos_token="</s>", model_max_length=longest
    ).save_pretrained(folder)


def saved(folder: Path, model: transformers.PreTrainedModel, processor: object) -> Path:
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def clip(folder: Path) -> Path:
    torch.manual_seed(0)
    text = {**TOWER, "vocab_size": 9, "max_position_embeddings": 20, "bos_token_id": 1, "eos_token_id": 2}
    config = transformers.CLIPConfig(
        text_config={**text, "pad_token_id": 0},
        vision_config={**TOWER, "image_size": 32, "patch_size": 8},
        projection_dim=16,
    )
    save_tokenizer(folder, 20)
    processor = transformers.CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    return saved(folder, transformers.CLIPModel(config), processor)


def siglip(folder: Path) -> Path:
    torch.manual_seed(0)
    config = transformers.SiglipConfig(
        text_config={**TOWER, "vocab_size": 9, "max_position_embeddings": 24, "pad_token_id": 0},
        vision_config={**TOWER, "image_size": 32, "patch_size": 8},
    )
    save_tokenizer(folder, 24)
    processor = transformers.SiglipImageProcessorPil(size={"height": 32, "width": 32})
    return saved(folder, transformers.SiglipModel(config), processor)


def vit(folder: Path) -> Path:
    torch.manual_seed(0)
    config = transformers.ViTConfig(**TOWER, image_size=32, patch_size=8)
    return saved(
        folder, transformers.ViTModel(config), transformers.ViTImageProcessorPil(size={"height": 32, "width": 32})
    )


def dinov2(folder: Path) -> Path:
    torch.manual_seed(0)
    config = transformers.Dinov2Config(**{**TOWER, "image_size": 28, "patch_size": 14})
    processor = transformers.BitImageProcessorPil(
        size={"shortest_edge": 40}, crop_size={"height": 28, "width": 28}, image_mean=[0.4, 0.5, 0.6]
    )
    return saved(folder, transformers.Dinov2Model(config), processor)


def ours(encoder, folder, values, modality, **options):
    chosen = encoder.options(model=str(folder), batch_size=len(values), **options)
    model = encoder.load(chosen, encoder.weights(chosen, False), "cpu")
    prepared = [model.prepare(encoder.view(value, chosen, modality), modality) for value in values]
    rows = [model.forward([inputs], model.bucket(inputs, modality), modality)[0] for inputs in prepared]
    assert {row.shape for row in rows} == {(model.dim,)}
    return np.stack(rows)


def assert_same_direction(found, expected):
    expected = expected.detach().float().numpy()
    cosines = (found * expected).sum(1) / np.linalg.norm(found, axis=1) / np.linalg.norm(expected, axis=1)
    assert cosines.min() >= 0.9999


@pytest.fixture(scope="module")
def shapes() -> list[np.ndarray]:
    random = np.random.default_rng(5)
    sizes = [(48, 64), (101, 67), (20, 90), (32, 32)]
    return [np.asarray(Image.fromarray(random.integers(0, 256, (9, 9, 3), np.uint8)).resize(size)) for size in sizes]


def documented_inputs(folder: Path, shapes: list[np.ndarray]) -> torch.Tensor:
    processor = transformers.AutoImageProcessor.from_pretrained(folder, backend="pil")
    return torch.cat([processor(Image.fromarray(pixels), return_tensors="pt")["pixel_values"] for pixels in shapes])


@pytest.mark.parametrize("joint", [clip, siglip])
def test_pictures_get_the_image_features_of_a_joint_model(joint, tmp_path, shapes, picture_of):
    folder = joint(tmp_path)
    features = (
        transformers.AutoModel.from_pretrained(folder).eval().get_image_features(documented_inputs(folder, shapes))
    )
    found = ours(TRANSFORMER, folder, [picture_of(pixels) for pixels in shapes], "image")
    assert_same_direction(found, features.pooler_output)


@pytest.mark.parametrize(("family", "pooling"), [(vit, "cls"), (vit, "mean"), (dinov2, "cls"), (vit, "pooler")])
def test_transformers_are_pooled_as_asked(family, pooling, tmp_path, shapes, picture_of):
    folder = family(tmp_path)
    output = transformers.AutoModel.from_pretrained(folder).eval()(documented_inputs(folder, shapes))
    hidden = output.last_hidden_state
    expected = {"cls": hidden[:, 0], "mean": hidden.mean(1), "pooler": output.pooler_output}[pooling]
    found = ours(TRANSFORMER, folder, [picture_of(pixels) for pixels in shapes], "image", pooling=pooling)
    assert_same_direction(found, expected)


def test_a_vision_model_is_refused_as_a_joint_one(tmp_path):
    options = CLIP.options(model=str(vit(tmp_path)))
    with pytest.raises(ModelError, match="is a ViTModel: image/clip needs a joint model"):
        CLIP.load(options, locate(options.model), "cpu")


def test_a_model_without_preprocessing_is_refused(tmp_path, picture_of):
    folder = vit(tmp_path)
    (folder / "preprocessor_config.json").unlink()
    with pytest.raises(ModelError, match=r"has no preprocessor_config\.json: it reads no pictures"):
        TRANSFORMER.view(picture_of(np.zeros((9, 9), np.uint8)), TRANSFORMER.options(model=str(folder)), "image")


def test_a_size_given_as_one_number_is_read_as_its_family_does(tmp_path, picture_of):
    wide = picture_of(np.zeros((50, 100, 3), np.uint8))
    for family, expected in {"ViTFeatureExtractor": (32, 32, 3), "CLIPFeatureExtractor": (32, 64, 3)}.items():
        folder = tmp_path / family
        folder.mkdir()
        said = {"feature_extractor_type": family, "size": 32, "do_center_crop": False}
        (folder / "preprocessor_config.json").write_text(json.dumps(said))
        view = TRANSFORMER.view(wide, TRANSFORMER.options(model=str(folder)), "image")
        assert view.shape == expected
        assert view.dtype == np.uint8
