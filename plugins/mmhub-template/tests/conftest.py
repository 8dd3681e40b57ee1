import sys
from pathlib import Path

# The template is an example to copy, and not installed with mmhub: its tests read it from beside themselves.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
