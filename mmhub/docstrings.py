"""What the fields of a class mean: the docstrings under them, read from its source when somebody asks."""

import ast
import inspect
import itertools

from pydantic import BaseModel


def meanings(model: type[BaseModel]) -> dict[str, str]:
    """Return what each field of a model means, empty where nothing says: its ``description``, or the string under it.

    Pydantic can do so too, with ``use_attribute_docstrings``, but reads the source of every class as it is defined.
    """
    under: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
            under.update(_docstrings(each))
    return {name: field.description or under.get(name, "") for name, field in model.model_fields.items()}


def body(kind: type) -> list[ast.stmt]:
    """Return the statements of a class, none where it has no source, such as one that was made by a function."""
    try:
        source = inspect.getsource(kind)
    except (OSError, TypeError):
        return []
    # The lines of a class within a function are indented, those of the strings in it perhaps less.
    tree = ast.parse(f"if True:\n{source}" if source[0].isspace() else source)
    return next(each for each in ast.walk(tree) if isinstance(each, ast.ClassDef)).body


def _docstrings(kind: type) -> dict[str, str]:
    """Return the docstring under each field that a class itself annotates, empty where there is none."""
    found = {}
    for statement, after in itertools.pairwise([*body(kind), ast.Pass()]):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            found[statement.target.id] = _text(after)
    return found


def _text(statement: ast.stmt) -> str:
    """Return the string a statement consists of, empty where it is something else."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        said = statement.value.value
        return inspect.cleandoc(said) if isinstance(said, str) else ""
    return ""
