"""The image modality of mmhub: what it understands, and what it offers to do with pictures.

Operators are imported when they are asked for: a worker imports those alone that it was sent.
"""

from collections.abc import Iterable

from mmhub import Cleaner, Encoder, Modality, hookimpl
from mmhub_image.decode import decode
from mmhub_image.encode import encode
from mmhub_image.picture import Picture

__all__ = ["Picture", "decode", "encode"]


@hookimpl
def mmhub_modalities() -> Iterable[Modality]:
    """Name the modality ``image``, whose values decode to `Picture`."""
    yield Modality(
        name="image",
        version=3,
        summary="A picture in any usual format, decoded in full; of an animation the first frame.",
        feature="Image",
        decode=decode,
        encode=encode,
    )


@hookimpl
def mmhub_cleaners() -> Iterable[Cleaner]:
    """Offer to repair how pictures lie and how their colours are stored, and what is measured without a model."""
    from mmhub_image.blur import BLUR
    from mmhub_image.borders import BORDERS, CROP_BORDERS
    from mmhub_image.compression import COMPRESSION
    from mmhub_image.contrast import CONTRAST
    from mmhub_image.exposure import EXPOSURE
    from mmhub_image.faces import BLUR_FACES, FACES
    from mmhub_image.file import FILE
    from mmhub_image.hashes import HASH
    from mmhub_image.mode import MODE
    from mmhub_image.noise import NOISE
    from mmhub_image.orientation import ORIENTATION
    from mmhub_image.profile import ICC, SRGB
    from mmhub_image.rgb import RGB
    from mmhub_image.sharpness import SHARPNESS
    from mmhub_image.size import SIZE
    from mmhub_image.uniform import UNIFORM

    yield from (ORIENTATION, SRGB, RGB, CROP_BORDERS, BLUR_FACES)
    yield from (FILE, MODE, ICC, SIZE, BORDERS)
    yield from (SHARPNESS, BLUR, NOISE, EXPOSURE, CONTRAST, UNIFORM, COMPRESSION)
    yield from (FACES, HASH)


@hookimpl
def mmhub_encoders() -> Iterable[Encoder]:
    """Offer vectors from joint models of pictures and texts, and from any vision model."""
    from mmhub_image.blip import BLIP
    from mmhub_image.clip import CLIP
    from mmhub_image.siglip import SIGLIP
    from mmhub_image.transformer import TRANSFORMER

    yield from (CLIP, SIGLIP, BLIP, TRANSFORMER)
