import subprocess
import sys

import examples


def test_the_reference_says_what_the_code_says():
    command = [sys.executable, "docs/generate.py", "--check"]
    done = subprocess.run(command, cwd=examples.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
