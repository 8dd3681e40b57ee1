"""Classes as prose and tables: their docstrings, and their fields with type, default and meaning."""

import ast
import inspect
import itertools
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from generator.markdown import cell, code, prose, table
from mmhub.docstrings import body, meanings


def declared(kind: type[Any]) -> str:
    """Return a class under a heading of its own."""
    return f"### {kind.__name__}\n\n{described(kind)}"


def described(kind: type[Any]) -> str:
    """Return the docstring of a class and a table of its fields."""
    body = model_table(kind) if issubclass(kind, BaseModel) else _dataclass_table(kind)
    return f"{prose(kind)}\n\n{body}".strip()


def model_table(model: type[BaseModel], *, head: str = "option") -> str:
    """Return a row per field of a pydantic model."""
    kinds, meaning = _annotations(model), meanings(model)
    rows = [
        (code(name), code(_kind(field, kinds[name])), _model_default(field), cell(meaning[name]))
        for name, field in model.model_fields.items()
    ]
    return table((head, "type", "default", "meaning"), rows)


def protocol(kind: type[Any]) -> str:
    """Return a protocol under a heading of its own: its docstring, and what it asks for."""
    rows = []
    for name, member in vars(kind).items():
        function = member.fget if isinstance(member, property) else member
        if inspect.isfunction(function) and not name.startswith("_"):
            taken = ", ".join(list(inspect.signature(function).parameters)[1:])
            rows.append((code(name if isinstance(member, property) else f"{name}({taken})"), cell(prose(function))))
    return f"### {kind.__name__}\n\n{prose(kind)}\n\n{table(('member', 'meaning'), rows)}"


def aliases(module: ModuleType) -> Iterator[tuple[str, str, str]]:
    """Yield the name, value and docstring of each type a module names: an assignment followed by a string."""
    for statement, after in itertools.pairwise(ast.parse(inspect.getsource(module)).body):
        if isinstance(statement, ast.Assign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            name, value = ast.unparse(statement.targets[0]), ast.unparse(statement.value)
            yield code(name), code(value), cell(str(after.value.value))


def _dataclass_table(kind: type[Any]) -> str:
    assert is_dataclass(kind)
    kinds = _annotations(kind)
    rows = [(code(each.name), code(kinds[each.name]), _field_default(each)) for each in fields(kind)]
    return table(("field", "type", "default"), rows)


def _field_default(field: Any) -> str:
    if isinstance(field.default, FieldInfo):
        return _model_default(field.default)
    if field.default is not MISSING:
        return code(field.default.__name__ if isinstance(field.default, type) else repr(field.default))
    return "needed" if field.default_factory is MISSING else "empty"


def _model_default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel) or value in ("", (), {}):
        return "empty"
    return code(repr(str(value) if isinstance(value, Path) else value))


def _kind(field: FieldInfo, written: str) -> str:
    """Return the type of a field as it is written, or its choices where they have a name."""
    choices = get_origin(field.annotation) is Literal
    return f"Literal[{', '.join(map(repr, get_args(field.annotation)))}]" if choices else written


def _annotations(kind: type[Any]) -> dict[str, str]:
    """Return the annotations of a class and of mmhub's own that it inherits from, as they are written."""
    written: dict[str, str] = {}
    for each in reversed(kind.__mro__):
        if each.__module__.startswith("mmhub"):
            annotated = [statement for statement in body(each) if isinstance(statement, ast.AnnAssign)]
            written.update((ast.unparse(each.target), ast.unparse(each.annotation)) for each in annotated)
    return written
