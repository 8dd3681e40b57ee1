"""What small random models are made of: towers, weights that tell values apart, and a tokenizer of characters."""

import re
from pathlib import Path
from string import ascii_lowercase
from typing import Any

TOWER = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2}
SPECIAL = ["<pad>", "<s>", "</s>"]
WORDS = [*SPECIAL, *ascii_lowercase, *" .,'-"]
_READ = ("input_ids", "attention_mask")
TEXT = {
    **TOWER,
    "vocab_size": 48,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}


def save(folder: Path, model: Any, *processors: Any) -> None:
    """Save a model and what it is called with; its weights are drawn so that it tells values apart."""
    import torch
    import transformers

    transformers.utils.logging.disable_progress_bar()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.ndim >= 2 and "parametrizations" not in name:
                weight.normal_(std=(weight[0].numel()) ** -0.5)
    model.save_pretrained(folder)
    for processor in processors:
        processor.save_pretrained(folder)


def loaded(folder: Path, kind: str = "AutoModel") -> Any:
    """Return the model in a folder, by its own documented way of loading."""
    import transformers

    return getattr(transformers, kind).from_pretrained(folder).eval()


def tokenizer(longest: int, *, words: list[str] = WORDS, ends: bool = True, **settings: Any) -> Any:
    """Return a tokenizer of characters; ``ends`` says whether it puts marks before and behind a text."""
    import transformers
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    backend = Tokenizer(models.WordLevel({word: n for n, word in enumerate(words)}, unk_token="a"))
    backend.normalizer = normalizers.Lowercase()
    marks = "|".join(re.escape(word) for word in words if len(word) > 1)
    backend.pre_tokenizer = pre_tokenizers.Split(Regex(rf"{marks}|."), "isolated")
    if ends:
        backend.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
        )
    known = {
        "pad_token": "<pad>",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "model_input_names": list(_READ),
        **settings,
    }
    return transformers.PreTrainedTokenizerFast(tokenizer_object=backend, model_max_length=longest, **known)
