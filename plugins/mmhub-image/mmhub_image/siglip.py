"""Pictures and texts in one space, by SigLIP 2 (Tschannen et al. 2025, arXiv:2502.14786), of fixed size or NaFlex."""

from dataclasses import replace

from mmhub_image.clip import CLIP, ClipOptions


class SiglipOptions(ClipOptions):
    """Which SigLIP reads pictures and texts."""

    model: str = "google/siglip2-base-patch16-224"
    """A SigLIP or SigLIP 2. One with ``naflex`` in its name reads pictures at their own aspect ratio."""


SIGLIP = replace(
    CLIP,
    name="image/siglip",
    summary="Pictures and texts in one space by SigLIP 2, whose texts may be in any of many languages.",
    options=SiglipOptions,
)
