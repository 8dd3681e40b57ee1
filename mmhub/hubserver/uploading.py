"""Which files travel within a commit, and which are uploaded before it."""

from fnmatch import fnmatch

LARGE_FROM_BYTES = 1 << 20
_TABLES = ("parquet", "arrow", "npy", "npz", "h5", "hdf5", "pkl", "lance", "vortex", "db", "sqlite")
_WEIGHTS = ("safetensors", "bin", "pt", "ckpt", "onnx")
_ARCHIVES = ("tar", "gz", "zst", "zip", "7z", "xz", "bz2")
_PICTURES = ("jpg", "jpeg", "png", "webp", "gif", "tiff", "bmp", "pdf")
_SOUNDS = ("wav", "flac", "mp3", "ogg", "opus", "m4a")
_FILMS = ("mp4", "webm", "mkv", "mov")
_LARGE = tuple(f"*.{ending}" for ending in _TABLES + _WEIGHTS + _ARCHIVES + _PICTURES + _SOUNDS + _FILMS)


def attributes() -> str:
    """Return what a new repository says in .gitattributes: which names are those of large files."""
    return "".join(f"{pattern} filter=lfs diff=lfs merge=lfs -text\n" for pattern in _LARGE)


def is_large(path: str, size: int, sample: bytes) -> bool:
    """Return whether a file, with these bytes at its beginning, is uploaded before the commit."""
    name = path.rpartition("/")[2].lower()
    by_name = any(fnmatch(name, pattern) for pattern in _LARGE)
    return size > 0 and (by_name or size >= LARGE_FROM_BYTES or b"\0" in sample)


def is_ignored(path: str, ignore: str) -> bool:
    """Return whether a .gitignore names a file, by its path or by its name."""
    patterns = [line.strip() for line in ignore.splitlines() if line.strip() and not line.startswith("#")]
    name = path.rpartition("/")[2]
    return any(fnmatch(path, pattern) or fnmatch(name, pattern) for pattern in patterns)
