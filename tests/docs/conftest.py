import sys
from pathlib import Path

# The pages are run by the script that also writes them.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs"))
