"""What kind of value a file holds, by the end of its name."""

from typing import Literal

Kind = Literal["image", "text", "audio", "video"]
KINDS: tuple[Kind, ...] = ("image", "text", "audio", "video")
_ENDINGS: dict[Kind, tuple[str, ...]] = {
    "image": ("jpg", "jpeg", "jpe", "png", "gif", "webp", "bmp", "tif", "tiff", "avif", "heic", "jp2", "ppm"),
    "text": ("txt", "json", "md", "caption"),
    "audio": ("wav", "flac", "mp3", "ogg", "oga", "opus", "m4a", "aac", "wma", "aif", "aiff", "wv", "ac3", "au"),
    "video": (
        "mp4",
        "mkv",
        "webm",
        "avi",
        "mov",
        "m4v",
        "mpg",
        "mpeg",
        "flv",
        "wmv",
        "asf",
        "ogv",
        "m2ts",
        "mts",
        "ts",
        "3gp",
    ),
}
_OF_ENDING: dict[str, Kind] = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings}
_OF_FOLDER: dict[str, Kind] = {name: kind for kind in KINDS for name in (kind, f"{kind}s")} | {"audio": "audio"}
_SPLITS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
}
_LONGEST_NAME = 1024


def kind_of(name: str) -> Kind | None:
    """Return the kind of value a file of this name holds; None where the end of the name does not tell."""
    return _OF_ENDING.get(name[name.rfind(".") + 1 :].lower()) if "." in name else None


def kind_of_folder(name: str) -> Kind | None:
    """Return the kind of value a folder such as ``images`` or ``Audio`` holds."""
    return _OF_FOLDER.get(name.lower())


def split_of_folder(name: str) -> str | None:
    """Return the split a folder such as ``train`` or ``val`` stands for."""
    return _SPLITS.get(name.lower())


def names_file(value: str) -> bool:
    """Whether a text looks like the name of a file with a value in it, and not like words or an address."""
    return len(value) <= _LONGEST_NAME and "\n" not in value and "://" not in value and kind_of(value) is not None
