"""File names made of row ids."""

import hashlib

_PLAIN = frozenset("-_#@+=,() ")
_LONGEST = 180


def file_name(row_id: str, *, dots: bool) -> str:
    """Return a file name for ``row_id``, another one for each: what a name cannot hold is written as ``%2F``.

    Without ``dots`` these are written out too: in a WebDataset the first one ends the name of a sample.
    """
    name = "".join(each if _is_plain(each, dots=dots) else _escaped(each) for each in row_id)
    if name.startswith("."):
        name = f"%2E{name[1:]}"
    if len(name.encode()) <= _LONGEST:
        return name
    digest = hashlib.sha256(row_id.encode()).hexdigest()[:32]
    return f"{name.encode()[: _LONGEST - 33].decode(errors='ignore')}~{digest}"


def _is_plain(letter: str, *, dots: bool) -> bool:
    return letter.isalnum() or letter in _PLAIN or (dots and letter == ".")


def _escaped(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode())
