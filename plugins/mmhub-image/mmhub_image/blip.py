"""Pictures and texts in one space, by the contrastive half of BLIP (Li et al. 2022, arXiv:2201.12086)."""

from dataclasses import replace

from mmhub_image.clip import CLIP, ClipOptions


class BlipOptions(ClipOptions):
    """Which BLIP reads pictures and texts."""

    model: str = "Salesforce/blip-itm-base-coco"
    """A BLIP for retrieval, saved as BlipForImageTextRetrieval."""


BLIP = replace(
    CLIP,
    name="image/blip",
    summary="Pictures and texts in one space by BLIP, which was trained on cleaned captions.",
    options=BlipOptions,
)
