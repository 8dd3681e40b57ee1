"""Files to pictures: every byte that shapes a pixel is decoded, and damage has a name."""

import io
import warnings
from importlib import import_module

import simplejpeg
from PIL import Image, UnidentifiedImageError

from mmhub import Media, Undecodable
from mmhub_image.jpeg import hidden_damage, suspicious
from mmhub_image.picture import Picture
from mmhub_image.signatures import FORMATS, MODULES, known

# Pillow imports all it knows with the first file that is no usual picture, which then takes as long as forty others.
for _module in MODULES:
    import_module(f"PIL.{_module}ImagePlugin")

LARGEST_PIXELS = 178_956_970
"""Pictures of more pixels are refused, as Pillow does; a file of a few bytes can claim any size."""
_ORIENTATION = 0x0112
_JPEG = ("JPEG", "MPO")
_JPEG_START = b"\xff\xd8\xff"


def decode(media: Media) -> Picture:
    """Return the picture in a file, of an animation its first frame.

    Raises Undecodable with the reason ``empty-file``, ``not-an-image``, ``unsupported``, ``too-large``,
    ``truncated`` or ``damaged``, and OSError where the file cannot be read at all.
    """
    data = media.read()
    if not data:
        raise Undecodable("empty-file", "the file has no bytes")
    with warnings.catch_warnings():
        # Pillow warns of odd metadata, which is no damage, and of sizes, which are checked here.
        warnings.simplefilter("ignore")
        if (picture := _flawless(media, data)) is not None:
            return picture
        image, kind = _loaded(data)
        if kind in _JPEG and (damage := hidden_damage(data, image)):
            raise Undecodable("damaged", damage)
        return Picture(media, image, kind, _orientation(image))


def _flawless(media: Media, data: bytes) -> Picture | None:
    """Return the picture in an upright JPEG of the usual kind that libjpeg has no word to say against, or ``None``.

    Pillow passes over its warnings; here they send a file to the longer way, which looks for what is wrong with it.
    """
    if not data.startswith(_JPEG_START):
        return None
    try:
        image = Image.open(io.BytesIO(data), formats=("JPEG",))
        if image.mode != "RGB" or image.width * image.height > LARGEST_PIXELS or _orientation(image) != 1:
            return None
        if suspicious(data):
            return None
        pixels = simplejpeg.decode_jpeg(data, "RGB", strict=True)
    except (ValueError, OSError, SyntaxError, MemoryError):
        return None
    pixels.flags.writeable = False
    return Picture(media, image, str(image.format), pixels=pixels)


def _loaded(data: bytes) -> tuple[Image.Image, str]:
    """Return the decoded first frame of a file and the name of its format, after a look at all other frames."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        kind = str(image.format)
        if image.width * image.height > LARGEST_PIXELS:
            raise Image.DecompressionBombError(f"{image.width} x {image.height} pixels")
        image.load()
        return _first_of_all(image), kind
    except UnidentifiedImageError as error:
        raise known(data) from error
    except (Image.DecompressionBombError, MemoryError) as error:
        raise Undecodable("too-large", f"{error}: at most {LARGEST_PIXELS} pixels are decoded") from error
    except Exception as error:
        raise Undecodable(_reason(error), f"{type(error).__name__}: {error}") from error


def _first_of_all(image: Image.Image) -> Image.Image:
    """Return the first frame, after decoding the others, as far as they fit in the largest picture."""
    frames = getattr(image, "n_frames", 1)
    if frames == 1:
        return image
    first = image.copy()
    for frame in range(1, min(frames, LARGEST_PIXELS // (image.width * image.height))):
        image.seek(frame)
        image.load()
    return first


def _reason(error: Exception) -> str:
    text = str(error).lower()
    if isinstance(error, NotImplementedError) or "unsupported" in text or "unknown" in text:
        return "unsupported"
    if isinstance(error, EOFError) or "truncated" in text or "too few" in text:
        return "truncated"
    return "too-large" if "too large" in text else "damaged"


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, or 1 where there is none or the EXIF block cannot be read."""
    try:
        tag = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001  (metadata that cannot be read is no damage to the picture)
        return 1
    return tag if tag in range(1, 9) else 1
