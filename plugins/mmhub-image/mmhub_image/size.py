"""How large a picture is, and how long drawn out."""

from collections.abc import Sequence

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_image.picture import Picture


def sizes(pictures: Sequence[Picture], options: Options) -> Columns:
    """Return width, height and shorter side of each upright picture in pixels, and width over height."""
    return {
        "width": [picture.width for picture in pictures],
        "height": [picture.height for picture in pictures],
        "short_side": [min(picture.width, picture.height) for picture in pictures],
        "aspect": [picture.width / picture.height for picture in pictures],
    }


SIZE = Cleaner(
    name="image/size",
    version=1,
    modality="image",
    summary="Measures width, height and aspect, and drops pictures that are tiny or drawn out.",
    facts=(
        Fact(name="width", dtype="int64", summary="Pixels from left to right, as a person sees it."),
        Fact(name="height", dtype="int64", summary="Pixels from top to bottom, as a person sees it."),
        Fact(name="short_side", dtype="int64", summary="The smaller of width and height, in pixels."),
        Fact(name="aspect", dtype="float64", summary="Width over height."),
    ),
    measure=sizes,
    rules=(
        Rule("short_side", reason="too-small", at_least=64),
        Rule("aspect", reason="extreme-aspect", at_least=1 / 3, at_most=3),
    ),
)
