"""Arrow without pandas, which it would else import at its first value: that takes longer than all else of a start."""

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any


class _Missing(MetaPathFinder):
    """What finds no pandas."""

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        """Raise ImportError for pandas, and leave all else to others."""
        if name == "pandas":
            raise ImportError("pandas is not looked for yet")
        return None


def without_pandas() -> None:
    """Let Arrow look for pandas now, and in vain: it looks again where a table is to become a frame of it."""
    if "pandas" in sys.modules:
        return
    import pyarrow as pa

    missing = _Missing()
    sys.meta_path.insert(0, missing)
    try:
        pa.scalar(0)
    finally:
        sys.meta_path.remove(missing)
