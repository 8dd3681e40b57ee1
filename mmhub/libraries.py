"""Which versions of the libraries that shape facts are installed."""

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

SHAPING = (
    "mmhub",
    "datasets",
    "pyarrow",
    "numpy",
    "pillow",
    "opencv-python-headless",
    "av",
    "ftfy",
    "rensa",
    "emoji",
    "phonenumbers",
    "py3langid",
    "pyspellchecker",
    "python-stdnum",
    "torch",
    "torchvision",
    "torchaudio",
    "transformers",
    "tokenizers",
)


@lru_cache(maxsize=1)
def libraries() -> dict[str, str]:
    """Return the versions of those of the libraries that are installed."""
    found = {}
    for name in SHAPING:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
