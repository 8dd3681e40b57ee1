"""The image modality of mmhub: what it understands, and what it offers to do with pictures."""

from collections.abc import Iterable

from mmhub import Cleaner, Encoder, Modality, hookimpl
from mmhub_image.clip import CLIP
from mmhub_image.decode import decode
from mmhub_image.encode import encode
from mmhub_image.exposure import EXPOSURE
from mmhub_image.hashes import HASH
from mmhub_image.noise import NOISE
from mmhub_image.orientation import ORIENTATION
from mmhub_image.picture import Picture
from mmhub_image.sharpness import SHARPNESS
from mmhub_image.size import SIZE
from mmhub_image.transformer import TRANSFORMER

__all__ = ["Picture", "decode", "encode"]


@hookimpl
def mmhub_modalities() -> Iterable[Modality]:
    """Name the modality ``image``, whose values decode to `Picture`."""
    yield Modality(
        name="image",
        version=1,
        summary="A picture in any usual format, decoded in full; of an animation the first frame.",
        feature="Image",
        decode=decode,
        encode=encode,
    )


@hookimpl
def mmhub_cleaners() -> Iterable[Cleaner]:
    """Offer to turn pictures upright, and what can be measured on them without a model."""
    yield from (ORIENTATION, SIZE, SHARPNESS, NOISE, EXPOSURE, HASH)


@hookimpl
def mmhub_encoders() -> Iterable[Encoder]:
    """Offer vectors from joint models of pictures and texts, and from any vision model."""
    yield from (CLIP, TRANSFORMER)
