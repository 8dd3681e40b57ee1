"""How large the file of a picture is."""

from collections.abc import Sequence

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_image.picture import Picture


def files(pictures: Sequence[Picture], options: Options) -> Columns:
    """Return the format of each picture's file, its size in bytes, and its bits per pixel of the picture."""
    sizes = [_bytes(picture) for picture in pictures]
    return {
        "format": [picture.format for picture in pictures],
        "bytes": sizes,
        "bits_per_pixel": [
            8 * size / (picture.width * picture.height) for size, picture in zip(sizes, pictures, strict=True)
        ],
    }


def _bytes(picture: Picture) -> int:
    return picture.media.size()


FILE = Cleaner(
    name="image/file",
    version=1,
    modality="image",
    summary="Measures the file of a picture, and drops those too small for one or larger than 50 MB.",
    facts=(
        Fact(name="format", dtype="string", summary="Format of the file as Pillow names it, such as JPEG or PNG."),
        Fact(name="bytes", dtype="int64", summary="Size of the file."),
        Fact(name="bits_per_pixel", dtype="float64", summary="Bits of the file per pixel of its picture."),
    ),
    measure=files,
    rules=(
        Rule("bytes", reason="large-file", at_most=50_000_000),
        Rule("bits_per_pixel", reason="meagre-file", at_least=0.02),
    ),
)
