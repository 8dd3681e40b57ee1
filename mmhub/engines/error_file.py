"""The file in which `torch.distributed.run` looks for why one of its processes ended, to print it on its page."""

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

_FILE = "TORCHELASTIC_ERROR_FILE"


def tell_launcher(sentence: str, environment: Mapping[str, str] = os.environ) -> None:
    """Write down why this process ends, where it was started by a launcher that asks for it."""
    if _FILE in environment:
        about = {"py_callstack": sentence, "timestamp": str(int(time.time()))}
        with suppress(OSError):
            Path(environment[_FILE]).write_text(json.dumps({"message": {"message": sentence, "extraInfo": about}}))
