"""What files that Pillow cannot identify begin with, and so why they cannot be decoded."""

from mmhub import Undecodable

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "DIB", "AVIF", "JPEG2000", "PPM", "ICO", "TGA")
"""The formats that are decoded, as Pillow names them. EPS is not: it would be run as a program."""
MODULES = ("Avif", "Bmp", "Gif", "Ico", "Jpeg", "Jpeg2K", "Mpo", "Png", "Ppm", "Tga", "Tiff", "WebP")
"""The modules of Pillow that read them."""
_DECODED = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG": "PNG",
    b"GIF8": "GIF",
    b"RIFF": "WebP",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"\0\0\0\x0cjP": "JPEG 2000",
}
_OTHERS = {b"%PDF": "PDF", b"%!PS": "PostScript", b"8BPS": "Photoshop", b"\xff\x0a": "JPEG XL", b"<svg": "SVG"}
_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"crx ")


def known(data: bytes) -> Undecodable:
    """Return why bytes that Pillow does not know are no picture."""
    for signature, name in _DECODED.items():
        if data.startswith(signature):
            return Undecodable(
                "truncated" if _cut(data, name) else "damaged", f"the head of this {name} file is broken"
            )
    if data[4:8] == b"ftyp":
        return _boxed(data[8:12])
    for signature, name in _OTHERS.items():
        if data.startswith(signature):
            return Undecodable("unsupported", f"{name} files are not decoded")
    return Undecodable("not-an-image", f"the file begins with {data[:16]!r}")


def _cut(data: bytes, name: str) -> bool:
    """Return whether a file whose head is broken lacks its end, too."""
    ends = {"JPEG": b"\xff\xd9", "PNG": b"IEND", "GIF": b";"}
    return name in ends and ends[name] not in data[-64:]


def _boxed(brand: bytes) -> Undecodable:
    if brand in _BRANDS:
        return Undecodable("unsupported", f"HEIF files of brand {brand!r} are not decoded")
    if brand in (b"avif", b"avis"):
        return Undecodable("damaged", "the head of this AVIF file is broken")
    return Undecodable("not-an-image", f"the file is a container of brand {brand!r}")
