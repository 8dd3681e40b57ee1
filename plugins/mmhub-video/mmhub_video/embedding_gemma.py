"""Texts, pictures, sounds and videos in one space, by EmbeddingGemma 2."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image
from pydantic import Field

from mmhub import (
    Encoder,
    Inputs,
    ModelError,
    ModelOptions,
    Pooling,
    TorchModel,
    Weights,
    one_by_one,
    pool,
    pretrained,
    prompt_of,
    tokeniser,
    weights_of,
)
from mmhub_audio.hearing import Window, hear, hearing
from mmhub_image.pixels import cropped
from mmhub_image.preprocessing import preprocessing_of
from mmhub_video.clip import Clip
from mmhub_video.watching import watched

if TYPE_CHECKING:
    import torch

_MOST_FRAMES = 32
_READ = {"image": "images", "audio": "audio", "video": "videos"}
"""By modality, what the model's processor calls it."""


class EmbeddingGemmaOptions(ModelOptions):
    """Which model reads everything, how its states are pooled, and how much of a value it gets."""

    model: str = "google/embeddinggemma-2"
    """An EmbeddingGemma2Model: on the Hub, in a folder, or ``package:name`` shipped with a package."""
    pooling: Pooling = "mean"
    """How hidden states become one vector: the model was trained on their mean."""
    prompt: str = ""
    """One of the model's own prompts by its name, such as ``query``; it is put before every text."""
    prefix: str = ""
    """What is put before every text, behind the prompt."""
    frames: int | None = Field(default=None, ge=1, le=64)
    """How many evenly spaced frames of a video are seen: by default one per second, and at most 32."""
    most_seconds: float = Field(default=30.0, gt=0.0)
    """How much of a sound is heard."""
    window: Window = "centre"
    """Where that is taken from a sound that lasts longer."""
    batch_size: int = Field(default=8, ge=1)
    """Texts per forward pass; each pass has exactly this many. Any other value has a pass of its own."""


def embedding_gemma_view(value: Any, options: EmbeddingGemmaOptions, modality: str) -> Any:
    """Return a text as it is; of other values what the model reads.

    That is uint8[height, width, 3] of a picture, uint8[frames, height, width, 3] of a video, both cut to whole
    patches, and float32 samples of a sound.
    """
    if modality == "text":
        return value
    if modality == "image":
        return cropped(value, preprocessing_of(options.model, options.revision))
    if modality == "audio":
        expected = hearing(options.model, options.revision)
        return hear(value, expected, most_seconds=options.most_seconds, window=options.window)
    return watched(value, options.model, options.revision, frames=options.frames or _frames(value))


def _frames(clip: Clip) -> int:
    return min(_MOST_FRAMES, max(1, int(clip.duration_seconds)))


class EmbeddingGemma(TorchModel[EmbeddingGemmaOptions]):
    """A loaded EmbeddingGemma 2. Its own processor puts the tokens that stand for what is seen or heard."""

    def __init__(self, options: EmbeddingGemmaOptions, weights: Weights, device: str) -> None:
        from transformers import AutoProcessor

        super().__init__(options, weights, device)
        if options.dtype == "float16":
            raise ModelError(f"{weights.model!r} does not support float16: choose dtype bfloat16 or float32")
        self._network = pretrained(weights, dtype=options.dtype, device=device, pooling=options.pooling)
        if not hasattr(self._network, "language_model"):
            kind = type(self._network).__name__
            raise ModelError(f"{weights.model!r} is a {kind}: joint/embedding-gemma needs an EmbeddingGemma2Model")
        self._processor = AutoProcessor.from_pretrained(weights.folder, local_files_only=True, trust_remote_code=False)
        self._tokens = tokeniser(weights)
        self._before = prompt_of(weights, options.prompt) + options.prefix
        self.dim = int(self._network.config.text_config.embedding_dim)

    def prepare(self, view: Any, modality: str) -> Inputs:
        """Return the tokens of a text; of any other value, what the processor makes of it, with a batch axis."""
        if modality == "text":
            return self._tokens.prepare(self._before + view)
        shown = Image.fromarray(view) if modality == "image" else view
        found = self._processor(**{_READ[modality]: [shown]}, **_ways(modality), return_tensors="np")
        return {name: np.asarray(array) for name, array in found.items() if name != "video_metadata"}

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return the number of tokens to which a text is padded; other values are not."""
        return self._tokens.bucket(inputs) if modality == "text" else 0

    def _encoded(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        if modality == "text":
            return self._vectors(self._tokens.pad(batch, bucket, self._device))
        return one_by_one(batch, lambda inputs: self._vectors(self._on_device(inputs))[0])

    def _on_device(self, inputs: Inputs) -> "dict[str, torch.Tensor]":
        import torch

        tensors = {name: torch.from_numpy(array).to(self._device) for name, array in inputs.items()}
        kind = self._network.dtype
        return {name: each.to(kind) if each.is_floating_point() else each for name, each in tensors.items()}

    def _vectors(self, inputs: "dict[str, torch.Tensor]") -> np.ndarray:
        hidden = self._network(**inputs).last_hidden_state
        return self._rows(pool(hidden, inputs["attention_mask"], self._options.pooling))


def _ways(modality: str) -> dict[str, Any]:
    """Return what the processor is told: pictures and frames have their size already, and frames were chosen."""
    ways = {"image": {"do_resize": False}, "video": {"do_resize": False, "do_sample_frames": False}}
    return {f"{_READ[modality]}_kwargs": ways[modality]} if modality in ways else {}


EMBEDDING_GEMMA = Encoder(
    name="joint/embedding-gemma",
    version=1,
    modalities=("text", "image", "audio", "video"),
    summary="Texts, pictures, sounds and videos in one space by EmbeddingGemma 2; any two of them can be compared.",
    options=EmbeddingGemmaOptions,
    view=embedding_gemma_view,
    load=EmbeddingGemma.load,
    weights=weights_of,
)
