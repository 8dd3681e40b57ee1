"""Whether the libraries that serving takes are installed."""

from importlib.util import find_spec

from mmhub.errors import MmhubError


def check_installed(what: str = "a Hub") -> None:
    """Raise MmhubError, with what to type, where a library that serving takes is missing."""
    missing = [name for name in ("starlette", "uvicorn") if find_spec(name) is None]
    if missing:
        raise MmhubError(f"serving {what} takes {' and '.join(missing)}: pip install 'mmhub[hub]'")
