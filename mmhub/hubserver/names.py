"""What repositories, revisions and files may be called."""

import re

from mmhub.hubserver.refusals import Refusal

KINDS = {"models": "model", "datasets": "dataset", "spaces": "space"}
"""The kinds of repository, by how they are called in addresses."""
_PART = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?")
_REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+@/-]{0,199}")
_RESERVED = {*KINDS, "api", "buckets", "v1", "v2"}
_LONGEST_PATH = 1024


def checked_repository(namespace: str, name: str) -> str:
    """Return ``namespace/name``, or refuse what no repository may be called."""
    for part in (namespace, name):
        if not _PART.fullmatch(part) or ".." in part or "--" in part or part.endswith(".git"):
            raise Refusal(
                400,
                f"{part!r} is no name for a repository: letters, digits, '-', '_' and '.' are, at most 96 of them, "
                "but no '--' or '..', no '-' or '.' at either end, and no '.git' at the end",
            )
    if namespace.lower() in _RESERVED:
        raise Refusal(400, f"{namespace!r} is part of the Hub's own addresses: name the repository otherwise")
    return f"{namespace}/{name}"


def checked_ref(name: str) -> str:
    """Return the name of a branch or tag to make, or refuse what none may be called."""
    odd = ".." in name or "//" in name or "@{" in name or name.endswith((".", "/", ".lock")) or "/." in name
    if odd or not _REF.fullmatch(name) or name.startswith("refs/") or re.fullmatch(r"[0-9a-f]{7,40}", name):
        raise Refusal(400, f"{name!r} is no name for a branch or tag")
    return name


def checked_path(path: str) -> str:
    """Return the path of a file to keep, or refuse one that could lead out of a folder it is downloaded to."""
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts) or parts[0].lower() == ".git":
        raise Refusal(400, f"{path!r} is no path of a file in a repository")
    if "\\" in path or any(ord(letter) < 32 or ord(letter) == 127 for letter in path):
        raise Refusal(400, f"{path!r} is no path of a file in a repository: it has a backslash or a control character")
    if len(path.encode("utf-8", "surrogatepass")) > _LONGEST_PATH:
        raise Refusal(400, f"the path {path[:80]!r}… is longer than {_LONGEST_PATH} bytes")
    return path


def checked_sha256(digest: str) -> str:
    """Return a sha256 as hexadecimal digits, or refuse what is none: digests name files."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise Refusal(400, f"{digest[:80]!r} is no sha256")
    return digest
