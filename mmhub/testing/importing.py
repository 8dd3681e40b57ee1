"""Whether a decode worker can import a plugin without the weight of what trains models."""

import json
import subprocess
import sys
from collections.abc import Iterator

_HEAVY = ("torch", "datasets")
_PROGRAM = """
import importlib, json, sys
sys.path[:] = json.loads(sys.stdin.readline())
importlib.import_module(sys.argv[1])
print(json.dumps([name for name in sys.argv[2:] if name in sys.modules]))
"""


def check_import(module: str) -> Iterator[str]:
    """Yield which heavy libraries come with a module, imported in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, module, *_HEAVY],
        input=json.dumps(sys.path) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        yield f"{module!r} cannot be imported on its own: {done.stderr.strip().splitlines()[-1]}"
        return
    for name in json.loads(done.stdout.splitlines()[-1]):
        yield f"importing {module!r} imports {name}: import it where it is used, as within `load`"
