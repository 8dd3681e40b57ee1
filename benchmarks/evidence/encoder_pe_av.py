"""PE-AV, which compares texts, sounds and videos, and how its documentation calls it."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.encoder_parts import TEXT, loaded, save, tokenizer
from evidence.encoder_trial import Case, Values
from mmhub_video.pe_av import PE_AV

if TYPE_CHECKING:
    import torch

_RATE_HZ = 16_000
_FRAMES = 4
_SQUARE = {"height": 32, "width": 32}


def _pe_av(folder: Path) -> None:
    import transformers

    encoder = {
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "head_dim": 16,
    }
    codec = {
        "model_type": "dac",
        "encoder_hidden_size": 8,
        "downsampling_ratios": [5, 8],
        "decoder_hidden_size": 16,
        "n_codebooks": 1,
        "codebook_size": 8,
        "codebook_dim": 4,
        "hidden_size": 32,
    }
    sees = {
        "model_type": "timm_wrapper",
        "architecture": "vit_tiny_patch16_224",
        "num_classes": 64,
        "model_args": {"img_size": 32, "patch_size": 8, "embed_dim": 32, "depth": 1, "num_heads": 2},
    }
    config = transformers.PeAudioVideoConfig(
        text_config={"model_type": "modernbert", **TEXT, "cls_token_id": 1, "sep_token_id": 2},
        audio_video_config={
            **encoder,
            "audio_config": {"model_type": "pe_audio_encoder", "dac_config": codec, **encoder},
            "video_config": {"model_type": "pe_video_encoder", "vision_config": sees, **encoder},
        },
    )
    extractor = transformers.PeAudioFeatureExtractor(sampling_rate=_RATE_HZ, hop_length=40)
    done = dict.fromkeys(("do_resize", "do_rescale", "do_normalize"), True)
    processor = transformers.PeVideoVideoProcessor(size=_SQUARE, image_mean=[0.5] * 3, image_std=[0.5] * 3, **done)
    save(folder, transformers.PeAudioVideoModel(config), extractor, processor, tokenizer(64))


def _pe(part: str, folder: Path, values: Values) -> "torch.Tensor":
    """Return one of the embeddings of the model's call with all three: what is asked about, and stand-ins."""
    import torch
    import transformers

    reader = transformers.AutoTokenizer.from_pretrained(folder)
    extractor = transformers.AutoFeatureExtractor.from_pretrained(folder)
    processor, model = transformers.AutoVideoProcessor.from_pretrained(folder), loaded(folder)
    found = []
    for value in values:
        text = reader(value if isinstance(value, str) else "a", truncation=True, return_tensors="pt")
        sound = value.at(_RATE_HZ) if hasattr(value, "at") else torch.zeros(_RATE_HZ // 4).numpy()
        heard = extractor(sound, sampling_rate=_RATE_HZ, return_tensors="pt")
        frames = value.frames(_FRAMES) if hasattr(value, "frames") else torch.zeros(_FRAMES, 32, 32, 3).byte().numpy()
        seen = processor(frames, return_tensors="pt", do_sample_frames=False)
        found.append(getattr(model(**text, **heard, **seen), part))
    return torch.cat(found)


CASES = (
    Case("pe-av-audio", PE_AV, "audio", _pe_av, partial(_pe, "audio_embeds")),
    Case("pe-av-video", PE_AV, "video", _pe_av, partial(_pe, "video_embeds"), {"frames": _FRAMES}),
    Case("pe-av-text", PE_AV, "text", _pe_av, partial(_pe, "text_audio_embeds")),
    Case("pe-av-text-video", PE_AV, "text", _pe_av, partial(_pe, "text_video_embeds"), {"texts": "video"}),
)
