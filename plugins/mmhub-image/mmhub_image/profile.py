"""The colour profile of a picture."""

import io
from collections.abc import Sequence

from PIL import Image, ImageCms

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_image.picture import Picture

_SRGB = "srgb"


def profiles(pictures: Sequence[Picture], options: Options) -> Columns:
    """Return the name of each picture's ICC profile, ``None`` where it has none, and whether its colours are sRGB.

    Pictures without a profile are taken for sRGB, as every reader does; a profile that cannot be read has the name
    ``unreadable``.
    """
    names = [_name(picture.icc) for picture in pictures]
    return {"profile": names, "srgb": [name is None or _SRGB in name.lower() for name in names]}


def _name(icc: bytes | None) -> str | None:
    if icc is None:
        return None
    try:
        return str(ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(icc)))).strip()
    except (ImageCms.PyCMSError, OSError, ValueError):
        return "unreadable"


def in_srgb(pictures: Sequence[Picture], options: Options) -> list[Picture | None]:
    """Return each picture with its colours converted from its profile to sRGB, or ``None`` where they are sRGB."""
    return [_converted(picture) for picture in pictures]


def _converted(picture: Picture) -> Picture | None:
    """Return a picture in sRGB, or ``None`` where it is, or where its profile says nothing about its pixels."""
    icc = picture.icc
    name = _name(icc)
    if icc is None or name is None or name == "unreadable" or _SRGB in name.lower():
        return None
    source, target = ImageCms.ImageCmsProfile(io.BytesIO(icc)), ImageCms.createProfile("sRGB")
    try:
        image = _of_profiled_mode(picture.upright)
        made = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, ValueError):
        return None
    return None if made is None else picture.repaired_to(made, converted=True)


def _of_profiled_mode(image: Image.Image) -> Image.Image:
    return image.convert("RGB") if image.mode in ("P", "RGBA", "PA") else image


ICC = Cleaner(
    name="image/icc",
    version=1,
    modality="image",
    summary="Tells which colour profile a picture has, and whether its colours are sRGB.",
    facts=(
        Fact(name="profile", dtype="string", summary="Description of the ICC profile; absent where there is none."),
        Fact(name="srgb", dtype="bool", summary="Whether colours are sRGB, by the profile or for want of one."),
    ),
    measure=profiles,
    rules=(Rule("srgb", reason="not-srgb", one_of=(True,), on=False),),
)
SRGB = Cleaner(
    name="image/srgb",
    version=1,
    modality="image",
    summary="Converts colours from a picture's profile to sRGB, for readers which ignore profiles.",
    repair=in_srgb,
)
