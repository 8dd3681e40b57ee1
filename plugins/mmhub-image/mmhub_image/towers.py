"""The two halves of a joint model of pictures and texts: CLIP, SigLIP, SigLIP 2 with NaFlex, BLIP."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mmhub import Inputs, Weights, features, pretrained
from mmhub_image.pixels import normalised, patched
from mmhub_image.preprocessing import parse

if TYPE_CHECKING:
    import torch

_RETRIEVAL = "BlipForImageTextRetrieval"
"""BLIP's class with projections into one space; `AutoModel` would load another, and make these up."""


class Towers:
    """A joint model that gives its features of pictures and of texts, each as a tensor [n, dim]."""

    def __init__(self, network: Any, weights: Weights, device: str) -> None:
        self._network = network
        self._preprocessing = parse(weights)
        self._device = device

    def pictures(self, batch: Sequence[Inputs]) -> "torch.Tensor":
        """Return the features of prepared pictures."""
        how = {"device": self._device, "dtype": self._network.dtype}
        if self._preprocessing.patches is None:
            return self._seen(normalised(batch, self._preprocessing, **how))
        found = patched(batch, self._preprocessing, **how)
        return features(
            self._network.get_image_features(
                pixel_values=found["pixels"], pixel_attention_mask=found["mask"], spatial_shapes=found["grid"]
            )
        )

    def _seen(self, pixels: "torch.Tensor") -> "torch.Tensor":
        return features(self._network.get_image_features(pixel_values=pixels))

    @property
    def reads_texts(self) -> bool:
        """Whether there are features of texts."""
        return hasattr(self._network, "get_text_features")

    def texts(self, padded: Mapping[str, "torch.Tensor"]) -> "torch.Tensor":
        """Return the features of padded texts."""
        return features(self._network.get_text_features(**padded))


class BlipTowers(Towers):
    """BLIP's projections for image-text contrast (Li et al. 2022, arXiv:2201.12086), of the first states of each."""

    def _seen(self, pixels: "torch.Tensor") -> "torch.Tensor":
        found: torch.Tensor = self._network.vision_proj(self._network.vision_model(pixels).last_hidden_state[:, 0])
        return found

    @property
    def reads_texts(self) -> bool:
        """Whether there are projections of texts: it always has them."""
        return True

    def texts(self, padded: Mapping[str, "torch.Tensor"]) -> "torch.Tensor":
        """Return the projections of padded texts, read without a picture."""
        states = self._network.text_encoder(**padded).last_hidden_state
        found: torch.Tensor = self._network.text_proj(states[:, 0])
        return found


def towers(network: Any, weights: Weights, device: str) -> Towers | None:
    """Return the halves of a loaded model; None for one that has no features of pictures to compare with texts.

    Of a model that puts pictures among the tokens of a text, such as EmbeddingGemma 2, they are no vectors.
    """
    if type(network).__name__ == _RETRIEVAL:
        return BlipTowers(network, weights, device)
    patches = parse(weights).patches
    apart = hasattr(network, "get_image_features") and (patches is None or patches.pooled == 1)
    return Towers(network, weights, device) if apart else None


def network_of(weights: Weights, *, dtype: str, device: str, pooling: str | None = None) -> Any:
    """Return the loaded model, by the class it was saved as where `AutoModel` knows another. Raises ModelError."""
    retrieves = _RETRIEVAL in (weights.config.get("architectures") or ())
    auto = _RETRIEVAL if retrieves else "AutoModel"
    return pretrained(weights, dtype=dtype, device=device, auto=auto, pooling=pooling)
