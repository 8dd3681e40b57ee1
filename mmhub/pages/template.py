"""The page itself: one file of HTML with its style, its scripts and, where it stands alone, its data."""

import base64
import hashlib
import json
import re
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

_MODULES: tuple[str, ...] = ("dom", "words", "source", "charts", "media", "funnel", "facts", "row", "gallery", "map")
_MODULES += ("versions", "health", "main")
"""The scripts, each after those it imports from."""
_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|const) (\w+))", re.MULTILINE)
_REST = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
    # The charts set the style of what they draw.
    "style-src": "'unsafe-inline'",
}


def page(*, title: str, payload: dict[str, Any] | None) -> str:
    """Return the page: with a payload it stands alone, without it asks the server it comes from."""
    data = "null" if payload is None else as_script(payload)
    values = {
        "title": escape(title),
        "policy": policy(live=payload is None),
        "style": _asset("page.css"),
        "charts": _charts(),
        "script": script(),
        "data": data,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda name: values[name[1]], _asset("page.html"))


def as_script(value: Any) -> str:
    """Return plain data as JSON that may stand within a script element: nothing in it can end one."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Half of a pair that stands for one character has no UTF-8.
    text = text.encode("utf-8", "replace").decode()
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def policy(*, live: bool) -> str:
    """Return what a browser may do for the page: run its own two scripts, and ask nobody but the server it is from."""
    own = " 'self'" if live else ""
    allowed = {
        "script-src": " ".join(f"'sha256-{_digest(text)}'" for text in (_charts(), script())),
        "img-src": f"data:{own}",
        "media-src": f"data:{own}",
        "connect-src": "'self'" if live else "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in {**_REST, **allowed}.items())


@cache
def script() -> str:
    """Return the modules of the page as one script: a page of one file has nothing to import from."""
    return "\n".join(_module(name) for name in _MODULES)


def _module(name: str) -> str:
    """Return a module as a function that is called at once, so that its names stay its own."""
    text = _IMPORT.sub(r"const \1 = the_\2;", _asset(f"{name}.js"))
    exported = ", ".join(match[2] for match in _EXPORT.finditer(text))
    own = _EXPORT.sub(r"\1", text)
    return f"const the_{name} = (() => {{\n{own}return {{ {exported} }};\n}})();"


@cache
def _charts() -> str:
    return _asset("vega.js")


@cache
def _asset(name: str) -> str:
    return (files("mmhub.pages") / "static" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
