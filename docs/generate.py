"""Write docs/reference from the code, so that the one says what the other does.

``python docs/generate.py`` writes the pages; with ``--check`` it writes nothing, and ends with 1 where one is stale.
"""

import sys
from pathlib import Path

from generator.commands import commands
from generator.hooks import hooks
from generator.operators import operators
from generator.recipes import recipes

ROOT = Path(__file__).resolve().parents[1]
PAGES = {"hooks.md": hooks, "operators.md": operators, "commands.md": commands, "recipe.md": recipes}
MARK = "<!-- Written from the code by docs/generate.py: change the code, and run that again. -->\n\n"


def main(check: bool) -> int:
    """Write the pages that are stale, or say which these are; return the exit status."""
    pages = {ROOT / "docs" / "reference" / name: MARK + page() for name, page in PAGES.items()}
    stale = [path for path in pages if not path.exists() or path.read_text(encoding="utf-8") != pages[path]]
    for path in stale:
        name = path.relative_to(ROOT)
        if check:
            sys.stderr.write(f"{name} is stale: run `python docs/generate.py`\n")
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(pages[path], encoding="utf-8")
            sys.stdout.write(f"wrote {name}\n")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
