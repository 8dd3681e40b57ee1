"""The dataset scripts that come with mmhub, by name, and what each says of itself; none of them is run."""

import re
from pathlib import Path

import mmhub

YAML = (".yaml", ".yml")
"""How the names of recipes end that are no scripts."""
_DOCSTRING = re.compile(r'\s*"""(.*?)(?:"""|\n)')
_SUMMARY = re.compile(r'^summary:\s*"?(.*?)"?\s*$', re.MULTILINE)


def scripts_folder() -> Path:
    """Return the folder of the dataset scripts that come with mmhub."""
    package = Path(mmhub.__file__).parent
    inside = package / "dataset_scripts"
    return inside if inside.is_dir() else package.parent / "dataset_scripts"


def listed() -> dict[str, Path]:
    """Return the dataset scripts that come with mmhub, by name."""
    found = {}
    for path in sorted(scripts_folder().iterdir()):
        if path.suffix in (".py", *YAML) and not path.name.startswith("_"):
            found[path.stem] = path
        elif (path / "__init__.py").exists():
            found[path.name] = path
    return found


def summary_of(path: Path) -> str:
    """Return the line in which a script or a recipe says what it is; an empty one where it says nothing."""
    file = path / "__init__.py" if path.is_dir() else path
    text = file.read_text(encoding="utf-8")
    found = _SUMMARY.search(text) if file.suffix in YAML else _DOCSTRING.match(text)
    return found[1] if found else ""
